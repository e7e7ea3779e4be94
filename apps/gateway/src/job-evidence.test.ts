import {
  admitJobs,
  cancelJob,
  claimRange,
  failRange,
  markDispatched,
  writePolicy,
} from '@edf-pipeline/ledger';
import { edfFile } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { createWorld, operatorToken, processed, uploaded } from './test-support/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const explained = async (jobId: string) => (await world.ask('GET', `/v1/jobs/${jobId}/explain`)).body;
/** A recording of its own: the same bytes twice are one. */
let seed = 0;
const waiting = async () => {
  const file = edfFile({ dataRecordCount: ++seed });
  return (await uploaded(world, file)).jobId;
};

async function claimed() {
  const [work] = await admitJobs(world.ledger, 'small', 1);
  if (!work) throw new Error('nothing was admitted');
  await markDispatched(world.ledger, work, 'executor-1');
  const claim = await claimRange(world.ledger, { ...work, range: 0 }, 'worker-7');
  if (claim.outcome !== 'claimed') throw new Error(claim.reason);
  return claim.lease;
}

describe('why a job waits', () => {
  it('is its place behind others, then the pool', async () => {
    const first = await waiting();
    world.clock.advance(1);
    const second = await waiting();
    expect(await explained(second)).toMatchObject({
      reason: 'earlier-jobs',
      position: 2,
      isPositionExact: true,
      running: 0,
      runningLimit: 50,
      pool: 'small',
      status: 'queued',
      since: '2026-03-01T12:00:01.000Z',
      expiresAt: '2026-03-15T12:00:01.000Z',
      checkedAt: '2026-03-01T12:00:01.000Z',
    });
    expect(await explained(first)).toMatchObject({ reason: 'pool', position: 1 });
  });

  it('is the limit of the organisation, with how many run', async () => {
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    await waiting();
    await claimed();
    const answer = await explained(await waiting());
    expect(answer).toMatchObject({ reason: 'tenant-limit', running: 1, runningLimit: 1, position: 1 });
    expect(answer.sentence).toBe(
      '1 jobs of your organisation run in the small pool, as many as may at once; this one is next.',
    );
  });

  it('is a pause before anything else', async () => {
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 0, isPaused: true });
    expect(await explained(await waiting())).toMatchObject({ reason: 'paused', position: 1 });
  });

  it('is a back-off, with its time and what went wrong', async () => {
    const jobId = await waiting();
    await failRange(world.ledger, await claimed(), { class: 'transient', code: 'store-cut', message: 'M.' });
    const answer = await explained(jobId);
    expect(answer).toMatchObject({ reason: 'back-off', position: null, retryAt: '2026-03-01T12:00:03.750Z' });
    expect(answer.sentence).toContain('store-cut');
  });

  it('is told of every phase', async () => {
    const jobId = await waiting();
    const [work] = await admitJobs(world.ledger, 'small', 1);
    expect(await explained(jobId)).toMatchObject({ reason: 'handing-out', position: null });
    if (work) await markDispatched(world.ledger, work, 'executor-1');
    expect(await explained(jobId)).toMatchObject({ reason: 'worker', nextAt: '2026-03-01T12:05:00.000Z' });
    if (work) await claimRange(world.ledger, { ...work, range: 0 }, 'worker-7');
    expect(await explained(jobId)).toMatchObject({ reason: 'running', status: 'running' });
    await cancelJob(world.ledger, 'acme', jobId);
    expect(await explained(jobId)).toMatchObject({ reason: 'canceling' });
    world.clock.advance(1);
    const done = await uploaded(world, edfFile({ dataRecordCount: ++seed }));
    await processed(world, done);
    expect(await explained(done.jobId)).toMatchObject({ reason: 'ended', nextAt: null });
  });
});

describe('the timeline of a job', () => {
  it('tells what happened in its order, and names workers to operators alone', async () => {
    const jobId = await waiting();
    world.clock.advance(1);
    await claimed();
    const own = (await world.ask('GET', `/v1/jobs/${jobId}/timeline`)).body;
    const token = await operatorToken(world);
    const operators = (
      await world.ask('GET', `/v1/operations/tenants/acme/jobs/${jobId}/timeline`, { token })
    ).body;
    expect(own.entries.map(({ what }: { what: string }) => what)).toEqual([
      'upload announced',
      'accepted',
      'admitted',
      'dispatched',
      'claimed',
    ]);
    expect(own.isWhole).toBe(true);
    expect(own.entries.map(({ at }: { at: string }) => at)).toEqual(
      [...own.entries.map(({ at }: { at: string }) => at)].sort(),
    );
    expect(JSON.stringify(own)).not.toContain('worker-7');
    expect(operators.entries.at(-1)).toMatchObject({
      what: 'claimed',
      owner: 'worker-7',
      epoch: 1,
      dispatch: 1,
    });
  });
});
