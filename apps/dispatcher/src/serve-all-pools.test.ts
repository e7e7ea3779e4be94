import type { Pool } from '@edf-pipeline/ledger';
import { admitJobs } from '@edf-pipeline/ledger';
import { fillPools } from './admit.ts';
import { sweep } from './dispatcher.ts';
import { serveAllPools } from './serve-all-pools.ts';
import { accepted, createWorld, fakeQueue } from './test-support/world.ts';

const tiny = (): Pool => 'tiny';

describe('a job of a pool that nobody serves', () => {
  it('is handed to the workers that every deployment has', async () => {
    const world = createWorld({ poolFor: tiny });
    const { jobId } = await accepted(world);
    await fillPools(world.deps);
    expect(world.queue.handed).toEqual([]);
    await serveAllPools(world.deps);
    await fillPools(world.deps);

    expect(world.queue.handed.map((work) => work.jobId)).toEqual([jobId]);
    const { pool, history } = await world.job(jobId);
    expect([pool, history.map(({ what }) => what)]).toEqual([
      'small',
      expect.arrayContaining(['moved to the small pool']),
    ]);
    expect(world.log()).toContain('the small pool takes them');
  });

  it('comes back from an executor that has been taken away', async () => {
    const queues = { tiny: fakeQueue(), small: fakeQueue() };
    const before = createWorld({ poolFor: tiny, queues });
    const { jobId } = await accepted(before);
    await fillPools(before.deps);
    expect(queues.tiny.handed).toHaveLength(1);
    const now = { ...before.deps, queues: { small: queues.small } };
    before.advance(before.ledger.settings.claimSeconds + 1);
    await sweep(now);
    await serveAllPools(now);
    await fillPools(now);

    expect(queues.small.handed.map((work) => work.jobId)).toEqual([jobId]);
    expect(await before.job(jobId)).toMatchObject({ lostDispatches: 0, pool: 'small' });
  });

  it('that was on its way to such an executor, and never arrived, is not stuck', async () => {
    const queues = { tiny: fakeQueue(), small: fakeQueue() };
    queues.tiny.failure = new Error('Lambda does not answer');
    const before = createWorld({ poolFor: tiny, queues });
    const { jobId } = await accepted(before);
    await admitJobs(before.ledger, 'tiny', 1);
    expect((await before.job(jobId)).phase).toBe('dispatching');
    const now = { ...before.deps, queues: { small: queues.small } };
    before.advance(before.ledger.settings.dispatchSeconds + 1);
    await sweep(now);
    await serveAllPools(now);
    await fillPools(now);

    expect(queues.small.handed.map((work) => work.jobId)).toEqual([jobId]);
  });

  it('is not touched where its pool has an executor', async () => {
    const queues = { tiny: fakeQueue(0), small: fakeQueue() };
    const world = createWorld({ poolFor: tiny, queues });
    const { jobId } = await accepted(world);
    await serveAllPools(world.deps);
    await fillPools(world.deps);

    expect(await world.job(jobId)).toMatchObject({ pool: 'tiny', phase: 'backlog' });
  });
});
