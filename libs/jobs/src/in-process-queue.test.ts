import { createInProcessQueue } from './in-process-queue.ts';
import type { JobQueueHarness } from './job-queue.contract.ts';
import { jobQueueContract, rememberingQueueContract } from './job-queue.contract.ts';
import { holdWork } from './test-support/held-work.ts';

function makeHarness(onError: (error: unknown) => void = () => undefined) {
  const held = holdWork();
  const queue = createInProcessQueue({
    incarnation: 'test',
    concurrency: 2,
    lookahead: 4,
    onError,
    run: async (work, signal) => void (await held.handler(work, signal)),
  });
  const harness: JobQueueHarness = { ...held, queue, dispose: () => queue.close() };
  return { harness, queue };
}

jobQueueContract('the in-process queue', async () => makeHarness().harness);
rememberingQueueContract('the in-process queue', async () => makeHarness().harness);

describe('the in-process queue', () => {
  it('knows nothing of the work of a process that has ended', async () => {
    const { queue } = makeHarness();
    const { executorRef } = await queue.enqueue({ tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 });

    expect(await queue.inspect(executorRef.replace(':test:', ':earlier:'))).toBe('unknown');
    await queue.close();
  });

  it('goes on with the next work when one rejects, and reports it', async () => {
    const errors: unknown[] = [];
    const { queue, harness } = makeHarness((error) => errors.push(error));
    for (const jobId of ['job_1', 'job_2', 'job_3'])
      await queue.enqueue({ tenant: 'lab', jobId, dispatch: 1, range: 0 });
    await harness.fail({ tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 });
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
