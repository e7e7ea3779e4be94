/**
 * Why an executor did not take or answer something. `queue-unavailable`, `queue-timeout`, `queue-throttled` and
 * `queue-full` may pass; the others stay until somebody changes a setting or the code.
 */
export type JobQueueErrorCode =
  | 'queue-unavailable'
  | 'queue-timeout'
  | 'queue-throttled'
  | 'queue-full'
  | 'queue-refused'
  | 'work-invalid'
  | 'work-too-large'
  | 'redis-login-refused'
  | 'redis-not-permitted'
  | 'redis-too-old'
  | 'redis-eviction-policy'
  | 'lambda-function-missing'
  | 'lambda-not-permitted';

const transientCodes: ReadonlySet<JobQueueErrorCode> = new Set([
  'queue-unavailable',
  'queue-timeout',
  'queue-throttled',
  'queue-full',
]);

export class JobQueueError extends Error {
  readonly code: JobQueueErrorCode;

  constructor(code: JobQueueErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'JobQueueError';
    this.code = code;
  }
}

/** True for a JobQueueError, of the given code when one is given. */
export function isJobQueueError(error: unknown, code?: JobQueueErrorCode): error is JobQueueError {
  return error instanceof JobQueueError && (code === undefined || error.code === code);
}

/** Whether the same call may succeed later without anybody doing anything. */
export function isTransientQueueError(error: unknown): boolean {
  return isJobQueueError(error) && transientCodes.has(error.code);
}
