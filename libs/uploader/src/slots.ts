/** A fixed number of places, taken in order of asking: what bounds how much goes on at once. */
export interface Slots {
  /** Waits for `count` places, runs, and gives them back. */
  hold<T>(count: number, run: () => Promise<T>): Promise<T>;
}

export function createSlots(total: number): Slots {
  let free = total;
  const waiting: { count: number; start: () => void }[] = [];
  const admit = () => {
    // Only the first may go: a large one must not be passed for ever by small ones.
    while (waiting[0] && waiting[0].count <= free) {
      const next = waiting.shift()!;
      free -= next.count;
      next.start();
    }
  };
  return {
    async hold(count, run) {
      await new Promise<void>((start) => {
        waiting.push({ count: Math.min(count, total), start });
        admit();
      });
      try {
        return await run();
      } finally {
        free += Math.min(count, total);
        admit();
      }
    },
  };
}
