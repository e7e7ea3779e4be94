/** Tasks side by side, at most so many; a task sees to its own errors. */
export interface AtOnce {
  /** Resolves when the task has begun. */
  begin(task: () => Promise<void>): Promise<void>;
  /** Resolves when all that were begun have ended. */
  ended(): Promise<void>;
}

export function atOnce(most: number): AtOnce {
  const underWay = new Set<Promise<void>>();
  return {
    async begin(task) {
      while (underWay.size >= most) await Promise.race(underWay);
      const running = task().finally(() => underWay.delete(running));
      underWay.add(running);
    },
    async ended() {
      await Promise.all(underWay);
    },
  };
}
