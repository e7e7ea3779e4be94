import type { Problem } from '@edf-pipeline/contracts';
import { ApiProblem, NetworkError } from './errors.ts';
import type { Timing } from './timing.ts';

const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
const MAX_RETRY_AFTER_MS = 120_000;

/** Why a try has failed: there was no answer, no room, or the problem that the API told. */
export type WaitCode = 'network' | Problem['code'];

/** A try has failed and the next comes after `seconds`. */
export interface Wait {
  readonly attempt: number;
  readonly seconds: number;
  readonly reason: string;
  readonly code: WaitCode;
}

export interface RetryOptions {
  readonly timing: Timing;
  readonly signal?: AbortSignal;
  /** Seconds after which no other try is begun. */
  readonly patienceSeconds: number;
  readonly onWait?: (wait: Wait) => void;
}

/**
 * Full jitter: anything between 0 and the doubled delay, so that a thousand clients do not come back at once.
 *
 * @param attempt from 1
 * @returns milliseconds, at most 20,000, or what the server asked for (at most 120,000)
 * Source: AWS Architecture Blog, Exponential Backoff And Jitter
 */
export function retryDelayMs(attempt: number, random: number, retryAfterSeconds: number | null): number {
  const ceiling = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** Math.min(attempt, 10));
  if (retryAfterSeconds === null) return Math.round(random * ceiling);
  return Math.min(MAX_RETRY_AFTER_MS, Math.round(retryAfterSeconds * 1_000 + random * BASE_DELAY_MS));
}

/** Whether the same call may succeed when it is simply repeated. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiProblem)) return false;
  // Those two last for hours: repeat only when the server itself says when.
  if (error.code === 'quota-exceeded' || error.code === 'storage-full')
    return error.retryAfterSeconds !== null;
  return error.problem.retryable;
}

/** Runs `operation` again while its errors are transient and patience lasts. */
export async function retrying<T>(operation: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { timing, signal, patienceSeconds, onWait } = options;
  const giveUpAt = timing.now() + patienceSeconds * 1_000;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await operation();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
      const retryAfter = error instanceof ApiProblem ? error.retryAfterSeconds : null;
      const delay = retryDelayMs(attempt, timing.random(), retryAfter);
      if (timing.now() + delay > giveUpAt) throw error;
      const { message, code } = error as ApiProblem | NetworkError;
      onWait?.({ attempt, seconds: delay / 1_000, reason: message, code });
      await timing.sleep(delay, signal);
    }
  }
}
