import type { Work, WorkOutcome } from '../job-queue.ts';
import { workName } from '../job-queue.ts';

/** A handler whose work runs until the test lets it end. */
export interface HeldWork {
  readonly begun: Work[];
  /** Why running work was asked to stop, by name. */
  readonly stopped: Map<string, unknown>;
  handler(work: Work, signal: AbortSignal): Promise<WorkOutcome>;
  finish(work: Work, outcome?: WorkOutcome): Promise<void>;
  fail(work: Work): Promise<void>;
  hasBegun(count: number): Promise<void>;
}

/** @param onStop what work does when it is asked to stop: give itself back, or go on as if it had not heard */
export function holdWork(onStop: 'give-back' | 'go-on' = 'give-back'): HeldWork {
  const begun: Work[] = [];
  const stopped = new Map<string, unknown>();
  const running = new Map<string, PromiseWithResolvers<WorkOutcome>>();
  const watchers: { count: number; resolve: () => void }[] = [];
  const held = (work: Work) => {
    const deferred = running.get(workName(work));
    if (!deferred) throw new Error(`${workName(work)} has not begun`);
    return deferred;
  };
  return {
    begun,
    stopped,
    handler(work, signal) {
      const deferred = Promise.withResolvers<WorkOutcome>();
      signal.addEventListener('abort', () => {
        stopped.set(workName(work), signal.reason);
        if (onStop === 'give-back') deferred.resolve('done');
      });
      running.set(workName(work), deferred);
      begun.push(work);
      for (const { count, resolve } of watchers) if (begun.length >= count) resolve();
      return deferred.promise;
    },
    finish: async (work, outcome = 'done') => held(work).resolve(outcome),
    fail: async (work) => held(work).reject(new Error('broken')),
    hasBegun: (count) =>
      begun.length >= count ? Promise.resolve() : new Promise((resolve) => watchers.push({ count, resolve })),
  };
}
