/** How often and how patiently a request to S3 is made again. */
export interface RetryOptions {
  /** How often an operation is tried at most, the first time included. */
  readonly attempts: number;
  /** Half of this is waited before the second try on average; it doubles from try to try up to `capMs`. */
  readonly baseMs: number;
  readonly capMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly isTransient: (error: unknown) => boolean;
}

/** Carries out an operation, again when it failed in a way that may pass. */
export type Retry = <T>(operation: (attempt: number) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** No second try: for requests inside an operation that is tried again as a whole. */
export const once: Retry = (operation) => operation(1);

/**
 * Full jitter: each wait is any time up to a limit that doubles, so that clients that were turned away together do not
 * come back together. An aborted operation rejects with the signal's reason, at once.
 */
export function createRetry(options: RetryOptions): Retry {
  const { attempts, baseMs, capMs, random, delay, isTransient } = options;
  return async (operation, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        return await operation(attempt);
      } catch (error) {
        signal?.throwIfAborted();
        if (attempt >= attempts || !isTransient(error)) throw error;
      }
      await delay(random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)), signal).catch(() => {});
    }
  };
}
