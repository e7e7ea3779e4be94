import type { Problem } from '@edf-pipeline/contracts';
import { ApiProblem, NetworkError } from './errors.ts';
import { limitedTo } from './limited.ts';
import { retrying } from './retry.ts';
import type { Wait } from './retry.ts';
import type { Timing } from './timing.ts';

/** What every call of the client takes last. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** How long this call is repeated; the client's own unless given. */
  readonly patienceSeconds?: number;
  /** Told before each repetition. */
  readonly onWait?: (wait: Wait) => void;
}

interface RequestOptions extends CallOptions {
  readonly body?: unknown;
  readonly query?: object;
  readonly headers?: Record<string, string>;
  readonly extraAnswerSeconds?: number;
}

interface ApiTransportOptions {
  readonly baseUrl: string;
  getToken(options?: { refresh?: boolean }): Promise<string> | string;
  readonly fetch: typeof fetch;
  readonly timing: Timing;
  readonly patienceSeconds: number;
  readonly answerSeconds: number;
}

export interface ApiTransport {
  /** A JSON call, repeated while what fails is transient; `undefined` for 204. */
  call<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** One request whose answer is 2xx; how long it and its body may take is up to the caller's signal. */
  open(method: string, path: string, options: RequestOptions & { signal: AbortSignal }): Promise<Response>;
  resolveUrl(url: string): string;
}

/** Carries requests to the API: token, limits, problems; knows no route. */
export function createApiTransport(of: ApiTransportOptions): ApiTransport {
  const base = of.baseUrl.replace(/\/+$/, '');
  const resolveUrl = (url: string) => new URL(url, `${base}/`).href;

  async function send(
    method: string,
    path: string,
    options: RequestOptions,
    signal: AbortSignal,
    token: string,
  ): Promise<Response> {
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return of.fetch(url, {
      method,
      signal,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    });
  }

  /** Somebody may have to sign in first: that takes the time it takes, and none of what an answer may take. */
  async function tokenFor(signal: AbortSignal | undefined, options?: { refresh: true }): Promise<string> {
    try {
      return await untilAborted(of.getToken(options), signal);
    } catch (error) {
      throw asNetworkError(error, signal);
    }
  }

  /** null: the token was refused, and there may be a better one. */
  async function once<T>(
    method: string,
    path: string,
    options: RequestOptions,
    token: string,
    isLast: boolean,
  ): Promise<{ answer: T } | null> {
    const seconds = of.answerSeconds + (options.extraAnswerSeconds ?? 0);
    const limited = limitedTo(seconds, options.signal);
    try {
      const response = await send(method, path, options, limited.signal, token);
      const text = await response.text();
      if (response.status === 401 && !isLast) return null;
      if (!response.ok) throw problemFrom(response, text);
      return { answer: (text === '' ? undefined : parseJson(text, response.status)) as T };
    } catch (error) {
      throw limited.isOver()
        ? new NetworkError(`no answer within ${seconds} s`)
        : asNetworkError(error, options.signal);
    } finally {
      limited.release();
    }
  }

  async function attempt<T>(method: string, path: string, options: RequestOptions): Promise<T> {
    const { signal } = options;
    const first = await once<T>(method, path, options, await tokenFor(signal), false);
    if (first) return first.answer;
    const better = await tokenFor(signal, { refresh: true });
    return ((await once<T>(method, path, options, better, true)) as { answer: T }).answer;
  }

  return {
    call: (method, path, options = {}) =>
      retrying(() => attempt(method, path, options), {
        timing: of.timing,
        signal: options.signal,
        patienceSeconds: options.patienceSeconds ?? of.patienceSeconds,
        onWait: options.onWait,
      }),
    async open(method, path, options) {
      try {
        const { signal } = options;
        let response = await send(method, path, options, signal, await tokenFor(signal));
        if (response.status === 401) {
          await response.body?.cancel();
          response = await send(method, path, options, signal, await tokenFor(signal, { refresh: true }));
        }
        if (!response.ok) throw problemFrom(response, await response.text());
        return response;
      } catch (error) {
        throw asNetworkError(error, options.signal);
      }
    },
    resolveUrl,
  };
}

/** What a promise gives, unless the signal is aborted first. */
function untilAborted<T>(of: Promise<T> | T, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(of)
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}

/** Our own errors and the caller's abort stay what they are; whatever else fetch throws is the network. */
export function asNetworkError(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof ApiProblem || error instanceof NetworkError) return error;
  // fetch reports every failure of the network as a TypeError; anything else is the caller's getToken.
  // By name, not by class: the error may come from another realm.
  if (isErrorLike(error)) {
    if (error.name !== 'TypeError' && error.name !== 'AbortError') return error;
    const cause = error.cause as { code?: string; message?: string } | undefined;
    return new NetworkError(
      `the server cannot be reached (${cause?.code ?? cause?.message ?? error.message})`,
      {
        cause: error,
      },
    );
  }
  return error;
}

function isErrorLike(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'name' in error && 'message' in error;
}

function parseJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NetworkError('the answer is not JSON; is this the right address?', { cause, status });
  }
}

/** An answer that is not a problem of ours comes from something between us and the API. */
function problemFrom(response: Response, text: string): ApiProblem | NetworkError {
  const retryAfter = retryAfterSeconds(response.headers.get('retry-after'));
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.code === 'string' && typeof problem.title === 'string')
      return new ApiProblem(problem, retryAfter);
  } catch {
    // Not JSON: falls through to what the status alone says.
  }
  const { status } = response;
  const isRetryable = status === 408 || status === 429 || status >= 500;
  if (isRetryable) return new NetworkError(`the server answered ${status}`, { status });
  return new ApiProblem({
    type: 'about:blank',
    title: response.statusText || `HTTP ${status}`,
    status,
    detail: `The server answered ${status} without an explanation. Is this the address of an edf-pipeline?`,
    instance: '',
    code: codeOfStatus(status),
    requestId: response.headers.get('x-request-id') ?? '',
    retryable: false,
  });
}

function codeOfStatus(status: number): Problem['code'] {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 413) return 'request-too-large';
  return 'internal';
}

function retryAfterSeconds(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1_000);
}
