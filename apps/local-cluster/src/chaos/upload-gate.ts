import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets uploads begin as the disturbance goes on, and the disturbance go on as uploads end.
 *
 * @param ahead so many may be under way beyond the share of the disturbance that is over
 * @param stepPatienceSeconds the longest that a step of the disturbance waits for uploads
 */
export function createUploadGate(uploads: number, ahead: number, stepPatienceSeconds: number) {
  let allowed = 0;
  let ended = 0;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const allow = (count: number) => {
    allowed = Math.max(allowed, count);
    change();
  };
  return {
    ended() {
      ended += 1;
      change();
    },
    mayBegin: async (index: number) => {
      while (index >= allowed) await changed.promise;
    },
    open: () => allow(uploads),
    /** The part of the disturbance that is over, 0 to 1: about as many uploads have to be over. */
    async reach(share: number) {
      allow(Math.ceil(uploads * share) + ahead);
      const until = performance.now() + stepPatienceSeconds * 1000;
      const wanted = Math.floor(uploads * share);
      while (ended < wanted && performance.now() < until)
        await Promise.race([changed.promise, delay(until - performance.now())]);
    },
  };
}
