import type { JobQueue, Work } from './job-queue.ts';

export interface JobQueueHarness {
  readonly queue: JobQueue;
  /** Work in the order in which it began. */
  readonly begun: readonly Work[];
  /** Lets one piece of running work end. */
  finish(work: Work): Promise<void>;
  /** Resolves when `count` pieces have begun. */
  hasBegun(count: number): Promise<void>;
  dispose(): Promise<void>;
}

const work = (number: number, dispatch = 1): Work => ({
  tenant: 'lab',
  jobId: `job_${String(number).padStart(26, '0')}`,
  dispatch,
  range: 0,
});

/** What every job queue promises. The harness runs two pieces of work at a time and lets at least two more wait. */
export function jobQueueContract(name: string, makeHarness: () => Promise<JobQueueHarness>): void {
  describe(`${name} as a job queue`, () => {
    let harness: JobQueueHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.dispose());

    it('runs work that is handed over', async () => {
      await harness.queue.enqueue(work(1));
      await harness.hasBegun(1);

      expect(harness.begun).toEqual([work(1)]);
    });

    it('runs the same dispatch once when it is sent twice, also after it has finished', async () => {
      const first = await harness.queue.enqueue(work(1));
      const second = await harness.queue.enqueue(work(1));
      await harness.hasBegun(1);
      await harness.finish(work(1));
      await harness.queue.enqueue(work(1));
      await harness.queue.enqueue(work(2));
      await harness.hasBegun(2);

      expect(second).toEqual(first);
      expect(harness.begun).toEqual([work(1), work(2)]);
    });

    it('runs a new dispatch of a job whose earlier dispatch it still keeps', async () => {
      await harness.queue.enqueue(work(1, 1));
      await harness.hasBegun(1);
      await harness.finish(work(1, 1));
      await harness.queue.enqueue(work(1, 2));
      await harness.hasBegun(2);

      expect(harness.begun.map(({ dispatch }) => dispatch)).toEqual([1, 2]);
    });

    it('tells whether work waits, is active, has finished or is unknown', async () => {
      const refs = [];
      for (const number of [1, 2, 3]) refs.push((await harness.queue.enqueue(work(number))).executorRef);
      await harness.hasBegun(2);
      const whileRunning = await Promise.all(refs.map((ref) => harness.queue.inspect(ref)));
      await harness.finish(work(1));
      await harness.hasBegun(3);

      expect(whileRunning).toEqual(['active', 'active', 'waiting']);
      expect(await harness.queue.inspect(refs[0] ?? '')).toBe('finished');
      expect(await harness.queue.inspect('nobody:job_0-d1-r0')).toBe('unknown');
    });

    it('withdraws work that has not begun', async () => {
      await harness.queue.enqueue(work(1));
      await harness.queue.enqueue(work(2));
      const { executorRef } = await harness.queue.enqueue(work(3));
      await harness.queue.enqueue(work(4));
      await harness.hasBegun(2);
      await harness.queue.cancel(executorRef);
      await harness.finish(work(1));
      await harness.hasBegun(3);

      expect(harness.begun.map(({ jobId }) => jobId)).toEqual(
        [work(1), work(2), work(4)].map(({ jobId }) => jobId),
      );
    });

    it('counts work in hand, waiting and active, and what it still takes', async () => {
      const idle = await harness.queue.demand();
      for (const number of [1, 2, 3]) await harness.queue.enqueue(work(number));
      await harness.hasBegun(2);
      const busy = await harness.queue.demand();

      expect(idle.inHand).toBe(0);
      expect(busy.inHand).toBe(3);
      expect(busy.freeSlots).toBe(idle.freeSlots - 3);
    });
  });
}
