import { JobQueueError } from './job-queue-error.ts';

/**
 * Waits no longer than `seconds` and no longer than `signal` allows. What was begun may still take effect: callers
 * send again under the same name.
 *
 * @throws JobQueueError queue-timeout; the signal's reason
 */
export async function withinLimit<T>(
  call: () => Promise<T>,
  seconds: number,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const ended = Promise.withResolvers<never>();
  const giveUp = () => ended.reject(signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
  const timer = setTimeout(
    () => ended.reject(new JobQueueError('queue-timeout', `the queue did not answer within ${seconds} s`)),
    seconds * 1000,
  );
  try {
    return await Promise.race([call(), ended.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
