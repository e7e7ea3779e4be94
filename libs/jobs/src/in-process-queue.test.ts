import { createInProcessQueue } from './in-process-queue.ts';
import type { JobQueueHarness } from './job-queue.contract.ts';
import { jobQueueContract } from './job-queue.contract.ts';
import type { Work } from './job-queue.ts';
import { workName } from './job-queue.ts';

function makeHarness(onError: (error: unknown) => void = () => undefined) {
  const begun: Work[] = [];
  const running = new Map<string, PromiseWithResolvers<void>>();
  const watchers: { count: number; resolve: () => void }[] = [];
  const queue = createInProcessQueue({
    incarnation: 'test',
    concurrency: 2,
    lookahead: 4,
    onError,
    run: (work, signal) => {
      const deferred = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => deferred.resolve());
      running.set(workName(work), deferred);
      begun.push(work);
      watchers.filter(({ count }) => begun.length >= count).forEach(({ resolve }) => resolve());
      return deferred.promise;
    },
  });
  const harness: JobQueueHarness = {
    queue,
    begun,
    finish: async (work) => running.get(workName(work))?.resolve(),
    hasBegun: (count) =>
      begun.length >= count ? Promise.resolve() : new Promise((resolve) => watchers.push({ count, resolve })),
    dispose: () => queue.close(),
  };
  return { harness, queue, running, begun };
}

jobQueueContract('the in-process queue', async () => makeHarness().harness);

describe('the in-process queue', () => {
  it('knows nothing of the work of a process that has ended', async () => {
    const { queue } = makeHarness();
    const { executorRef } = await queue.enqueue({ tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 });

    expect(await queue.inspect(executorRef.replace(':test:', ':earlier:'))).toBe('unknown');
    await queue.close();
  });

  it('goes on with the next work when one rejects, and reports it', async () => {
    const errors: unknown[] = [];
    const { queue, harness, running } = makeHarness((error) => errors.push(error));
    for (const jobId of ['job_1', 'job_2', 'job_3'])
      await queue.enqueue({ tenant: 'lab', jobId, dispatch: 1, range: 0 });
    running.get('job_1-d1-r0')?.reject(new Error('broken'));
    await harness.hasBegun(3);

    expect(errors).toHaveLength(1);
    await queue.close();
  });

  it('stops running work and takes no more when it closes', async () => {
    const { queue, harness } = makeHarness();
    await queue.enqueue({ tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 });
    await harness.hasBegun(1);
    await queue.close();

    await expect(queue.enqueue({ tenant: 'lab', jobId: 'job_2', dispatch: 1, range: 0 })).rejects.toThrow(
      'closing',
    );
  });
});
