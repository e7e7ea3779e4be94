import { Agent, request } from 'node:http';

/** One invocation as the Runtime API hands it out (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export interface Invocation {
  readonly requestId: string;
  /** When the function times out and its environment is killed. */
  readonly deadline: Date;
  /** X-Ray header, if the caller or Lambda samples. */
  readonly traceId?: string;
  /** JSON as it came. */
  readonly payload: string;
}

/** What Lambda is told of a failure: fixed words, because it keeps them in logs and dead letters. */
export interface InvocationError {
  /** `Category.Reason`, as AWS suggests. */
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface RuntimeApi {
  /** Waits for an invocation as long as there is none. */
  next(signal?: AbortSignal): Promise<Invocation>;
  respond(requestId: string): Promise<void>;
  fail(requestId: string, error: InvocationError): Promise<void>;
  /** The function could not be set up. */
  failInit(error: InvocationError): Promise<void>;
  close(): void;
}

/** Lambda answered in a way that leaves nothing but to end this process. */
export class RuntimeApiError extends Error {
  readonly code = 'lambda-runtime-api';

  constructor(path: string, status: number) {
    super(`the Lambda Runtime API answered ${status} to ${path}; this environment cannot go on`);
    this.name = 'RuntimeApiError';
  }
}

/**
 * A client of the Lambda Runtime API 2018-06-01.
 *
 * @param address host and port, as in AWS_LAMBDA_RUNTIME_API
 */
export function createRuntimeApi(address: string): RuntimeApi {
  // Not fetch: it gives up after five minutes without headers, and an environment is frozen for longer.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const base = `http://${address}/2018-06-01/runtime`;

  const call = (method: string, path: string, options: CallOptions = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const { body, errorType, signal } = options;
      const headers = {
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        ...(errorType !== undefined && { 'lambda-runtime-function-error-type': errorType }),
      };
      const sent = request(`${base}${path}`, { method, agent, headers, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0 } = response;
          const text = Buffer.concat(chunks).toString('utf8');
          if (statusCode >= 200 && statusCode < 300) resolve({ headers: response.headers, text });
          else reject(new RuntimeApiError(path, statusCode));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const post = async (path: string, error?: InvocationError) => {
    const body = JSON.stringify(error ? { ...error, stackTrace: [] } : null);
    await call('POST', path, { body, errorType: error?.errorType });
  };

  return {
    async next(signal) {
      const { headers, text } = await call('GET', '/invocation/next', { signal });
      return {
        requestId: String(headers['lambda-runtime-aws-request-id']),
        deadline: new Date(Number(headers['lambda-runtime-deadline-ms'])),
        traceId: headers['lambda-runtime-trace-id']?.toString(),
        payload: text,
      };
    },
    respond: (requestId) => post(`/invocation/${encodeURIComponent(requestId)}/response`),
    fail: (requestId, error) => post(`/invocation/${encodeURIComponent(requestId)}/error`, error),
    failInit: (error) => post('/init/error', error),
    close: () => agent.destroy(),
  };
}

interface CallOptions {
  readonly body?: string;
  readonly errorType?: string;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}
