import type { JobQueue, Work } from './job-queue.ts';
import { workName } from './job-queue.ts';

export interface JobQueueHarness {
  readonly queue: JobQueue;
  /** Work in the order in which it began. */
  readonly begun: readonly Work[];
  /** Lets one piece of running work end. */
  finish(work: Work): Promise<void>;
  /** Lets one piece of running work reject. */
  fail(work: Work): Promise<void>;
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

type MakeHarness = () => Promise<JobQueueHarness>;

/** A harness per test, made and disposed of around it. */
function eachTest(makeHarness: MakeHarness): { readonly now: JobQueueHarness } {
  let harness: JobQueueHarness;
  beforeEach(async () => {
    harness = await makeHarness();
  });
  afterEach(() => harness.dispose());
  return {
    get now() {
      return harness;
    },
  };
}

/** What every job queue promises, also one that knows nothing of what it was handed. The harness runs two at a time. */
export function jobQueueContract(name: string, makeHarness: MakeHarness): void {
  describe(`${name} as a job queue`, () => {
    const harness = eachTest(makeHarness);

    it('runs work that is handed over, with the trace it belongs to', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await harness.now.queue.enqueue({ ...work(1), traceparent });
      await harness.now.hasBegun(1);

      expect(harness.now.begun).toEqual([{ ...work(1), traceparent }]);
    });

    it('answers the same reference when the same dispatch is sent again', async () => {
      const [first, second] = [
        await harness.now.queue.enqueue(work(1)),
        await harness.now.queue.enqueue(work(1)),
      ];
      const other = await harness.now.queue.enqueue(work(1, 2));

      expect(second).toEqual(first);
      expect(other).not.toEqual(first);
    });

    it('runs a new dispatch of a job whose earlier dispatch failed', async () => {
      await harness.now.queue.enqueue(work(1, 1));
      await harness.now.hasBegun(1);
      await harness.now.fail(work(1, 1));
      await harness.now.queue.enqueue(work(1, 2));
      await harness.now.hasBegun(2);

      expect(harness.now.begun.map(({ dispatch }) => dispatch)).toEqual([1, 2]);
    });

    it('runs a new dispatch of a job whose earlier dispatch still runs', async () => {
      await harness.now.queue.enqueue(work(1, 1));
      await harness.now.hasBegun(1);
      await harness.now.queue.enqueue(work(1, 2));
      await harness.now.hasBegun(2);

      expect(harness.now.begun.map(({ dispatch }) => dispatch)).toEqual([1, 2]);
    });

    it('runs each range of a job', async () => {
      await harness.now.queue.enqueue(work(1));
      await harness.now.queue.enqueue({ ...work(1), range: 1 });
      await harness.now.hasBegun(2);

      expect(harness.now.begun.map(({ range }) => range).toSorted()).toEqual([0, 1]);
    });

    it('refuses work whose name an executor could read as something else', async () => {
      for (const jobId of ['', 'a:b', '../a', 'ä', 'a'.repeat(101)])
        await expect(harness.now.queue.enqueue({ ...work(1), jobId })).rejects.toMatchObject({
          code: 'work-invalid',
        });
    });

    it('hands nothing over when the caller has given up', async () => {
      const reason = new Error('given up');
      await expect(harness.now.queue.enqueue(work(1), AbortSignal.abort(reason))).rejects.toBe(reason);
      await harness.now.queue.enqueue(work(2));
      await harness.now.hasBegun(1);

      expect(harness.now.begun).toEqual([work(2)]);
    });

    it('takes a wish to cancel what runs, what it never had, and what is not its own', async () => {
      const { executorRef } = await harness.now.queue.enqueue(work(1));
      await harness.now.hasBegun(1);
      await harness.now.queue.cancel(executorRef);
      await harness.now.queue.cancel(executorRef.replace(workName(work(1)), workName(work(9))));
      await harness.now.queue.cancel('nobody:job_0-d1-r0');
      await harness.now.queue.enqueue(work(2));
      await harness.now.hasBegun(2);

      expect(harness.now.begun).toEqual([work(1), work(2)]);
    });

    it('knows nothing of references that are not its own', async () => {
      for (const executorRef of ['', 'nobody:job_0-d1-r0', 'bullmq:a:b:c:d', 'lambda:f'])
        expect(await harness.now.queue.inspect(executorRef)).toBe('unknown');
    });

    it('has nothing in hand and takes work before the first is sent', async () => {
      const demand = await harness.now.queue.demand();

      expect(demand.inHand).toBe(0);
      expect(demand.freeSlots).toBeGreaterThanOrEqual(4);
    });
  });
}

/** What a queue promises that knows what it was handed. The harness lets at least two more wait. */
export function rememberingQueueContract(name: string, makeHarness: MakeHarness): void {
  describe(`${name} as a queue that remembers`, () => {
    const harness = eachTest(makeHarness);
    const send = async (...all: readonly Work[]) => {
      const refs: string[] = [];
      for (const one of all) refs.push((await harness.now.queue.enqueue(one)).executorRef);
      return refs;
    };
    const states = (refs: readonly string[]) =>
      Promise.all(refs.map((ref) => harness.now.queue.inspect(ref)));

    it('runs the same dispatch once when it is sent twice, also after it has finished', async () => {
      await send(work(1), work(1));
      await harness.now.hasBegun(1);
      await harness.now.finish(work(1));
      await send(work(1), work(2));
      await harness.now.hasBegun(2);

      expect(harness.now.begun).toEqual([work(1), work(2)]);
    });

    it('runs the same dispatch once when many send it at the same time', async () => {
      const refs = await Promise.all(Array.from({ length: 8 }, () => harness.now.queue.enqueue(work(1))));
      await send(work(2));
      await harness.now.hasBegun(2);
      const { inHand } = await harness.now.queue.demand();

      expect(new Set(refs.map(({ executorRef }) => executorRef)).size).toBe(1);
      expect(inHand).toBe(2);
    });

    it('runs a new dispatch of a job whose earlier dispatch it still keeps', async () => {
      await send(work(1, 1));
      await harness.now.hasBegun(1);
      await harness.now.finish(work(1, 1));
      await send(work(1, 2));
      await harness.now.hasBegun(2);

      expect(harness.now.begun.map(({ dispatch }) => dispatch)).toEqual([1, 2]);
    });

    it('tells whether work waits, is active, has finished or is unknown', async () => {
      const refs = await send(work(1), work(2), work(3));
      await harness.now.hasBegun(2);
      const whileRunning = await states(refs);
      await harness.now.finish(work(1));
      await harness.now.hasBegun(3);

      expect(whileRunning).toEqual(['active', 'active', 'waiting']);
      expect(await states(refs)).toEqual(['finished', 'active', 'active']);
    });

    it('withdraws work that has not begun, and takes it again when it is sent again', async () => {
      const refs = await send(work(1), work(2), work(3), work(4));
      await harness.now.hasBegun(2);
      await harness.now.queue.cancel(refs[2] ?? '');
      const [, , whenCanceled] = await states(refs);
      await harness.now.finish(work(1));
      await harness.now.hasBegun(3);
      await send(work(3));
      await harness.now.finish(work(2));
      await harness.now.hasBegun(4);

      expect(whenCanceled).toBe('unknown');
      expect(harness.now.begun).toEqual([work(1), work(2), work(4), work(3)]);
    });

    it('leaves what has begun to the ledger when it is canceled', async () => {
      const refs = await send(work(1));
      await harness.now.hasBegun(1);
      await harness.now.queue.cancel(refs[0] ?? '');

      expect(await states(refs)).toEqual(['active']);
    });

    it('begins the more urgent of what waits, and of equals the first', async () => {
      await send(work(1), work(2));
      await harness.now.hasBegun(2);
      await send(work(3), work(4), { ...work(5), priority: 60 }, { ...work(6), priority: 3600 });
      for (const [index, number] of [1, 2, 6, 5].entries()) {
        await harness.now.finish(work(number));
        await harness.now.hasBegun(index + 3);
      }

      expect(harness.now.begun.map(({ jobId }) => jobId)).toEqual(
        [1, 2, 6, 5, 3, 4].map((number) => work(number).jobId),
      );
    });

    it('counts work in hand, waiting and active, and what it still takes', async () => {
      const idle = await harness.now.queue.demand();
      await send(work(1), work(2), work(3));
      await harness.now.hasBegun(2);
      const busy = await harness.now.queue.demand();
      for (const number of [1, 2]) await harness.now.finish(work(number));
      await harness.now.hasBegun(3);

      expect(busy).toEqual({ inHand: 3, freeSlots: idle.freeSlots - 3 });
    });
  });
}
