import type { ChangeSignal } from './change-feed.ts';

/** Wakes everybody in this process who waits for a change. */
export function createChangeSignal(): ChangeSignal & { notify(): void } {
  let next = Promise.withResolvers<void>();
  return {
    notify() {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    async wait(seconds, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, seconds * 1000);
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
      await Promise.race([promise, next.promise]);
      clearTimeout(timer);
      resolve();
    },
  };
}
