import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger.ts';

const MAX_PAUSE_SECONDS = 15;

/**
 * Waits until something that this process cannot do without is there, saying each time what is missing. A process
 * that ended instead would be started again and again, and its reason would be somewhere in the past.
 *
 * @param check rejects with a sentence that says what is wrong and what to do
 */
export async function awaitDependency(
  name: string,
  check: (signal: AbortSignal) => Promise<unknown>,
  options: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  for (let pauseSeconds = 1; ; pauseSeconds = Math.min(pauseSeconds * 2, MAX_PAUSE_SECONDS)) {
    try {
      await check(options.signal);
      return;
    } catch (error) {
      options.signal.throwIfAborted();
      options.logger.error('This process waits for something that it needs', {
        dependency: name,
        error,
        pauseSeconds,
      });
      await delay(pauseSeconds * 1000, undefined, { signal: options.signal });
    }
  }
}
