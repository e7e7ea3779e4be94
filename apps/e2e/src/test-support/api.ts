import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Problem, ProblemCode } from '@edf-pipeline/contracts';
import { problemKinds, problemSchema } from '@edf-pipeline/contracts';
import { target } from '../config.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What the schemas of the contracts can do. */
export interface Schema<T> {
  parse(value: unknown): T;
}

export interface Call {
  /** null: send none; absent: the first organisation's. */
  readonly token?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

/** One request to the API, whatever the answer; nothing is tried again. */
export async function call(method: string, path: string, options: Call = {}): Promise<Answer> {
  const { token = target.token, body, text } = options;
  const hasBody = body !== undefined || text !== undefined;
  const response = await fetch(target.url + path, {
    method,
    redirect: 'error',
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(hasBody && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: text ?? (body === undefined ? undefined : JSON.stringify(body)),
    signal: AbortSignal.timeout(40_000),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The answer's body, which must have this status and be exactly of this schema, nothing more and nothing less. */
export function bodyOf<T>(answer: Answer, schema: Schema<T>, ...statuses: number[]): T {
  if (!statuses.includes(answer.status)) {
    throw new Error(`expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text}`);
  }
  expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('cache-control')).toContain('no-store');
  const json: unknown = JSON.parse(answer.text);
  const parsed = schema.parse(json);
  expect(json).toEqual(parsed);
  return parsed;
}

/** The answer's problem document, which must have this code and say something a person understands. */
export function problemOf(answer: Answer, code: ProblemCode): Problem {
  if (answer.headers.get('content-type')?.startsWith('application/problem+json') !== true) {
    throw new Error(`expected the problem ${code}, got ${answer.status}: ${answer.text}`);
  }
  const json: unknown = JSON.parse(answer.text);
  const problem = problemSchema.parse(json);
  expect(json).toEqual(problem);
  expect(problem.code).toBe(code);
  expect(problem.status).toBe(problemKinds[code].status);
  expect(answer.status).toBe(problem.status);
  expect(problem.type).toBe(`urn:edf-pipeline:problem:${code}`);
  expect(problem.retryable).toBe(problemKinds[code].retryable);
  expect(problem.requestId).toBe(answer.headers.get('x-request-id'));
  expect(problem.detail).toMatch(/^\S.*\s.*[.…]$/s);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  return problem;
}

/** A URL that the API named, perhaps relative to itself. */
export const absolute = (url: string) => new URL(url, target.url).toString();

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** A request with exactly these headers: `fetch` would set content-length to the truth. */
export function sendExactly({
  method,
  url,
  headers,
  body,
}: RawRequest): Promise<{ status: number; text: string }> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: { ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        request.destroy();
      });
      response.on('error', reject);
    });
    request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')));
    request.on('error', reject);
    request.end(body);
  });
}

/** Asks until there is an answer, at most so long. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const giveUpAt = Date.now() + seconds * 1000;
  for (let pause = 10; ; pause = Math.min(500, pause * 1.5)) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
