import { acknowledgeCancel, failRange } from './fail.ts';
import { admitJobs } from './admit.ts';
import { cancelJob } from './cancel.ts';
import { claimRange } from './claim.ts';
import { commitResult } from './commit.ts';
import { heartbeat } from './heartbeat.ts';
import type { Failure } from './job-state.ts';
import { loseLease } from './lose-lease.ts';
import { releaseRange } from './release.ts';
import { sweepDue } from './sweep-due.ts';
import {
  accepted,
  claimed,
  claimedAgain,
  dispatched,
  jobNow,
  rangeNow,
  resultOf,
  running,
} from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

const progress = { stage: 'analysing', doneBytes: 10, totalBytes: 1_000 } as const;
const silent: Failure = { class: 'crash', code: 'worker-silent', message: 'M.' };
const transient: Failure = { class: 'transient', code: 'network', message: 'M.' };

describeOnEachStore('claiming a range', (make) => {
  it('takes the lease under a new epoch and sets the job running', async () => {
    const world = make();
    const { jobId, lease, work } = await running(world);
    expect(lease).toEqual({ ...work, range: 0, epoch: 1, owner: 'worker-1' });
    expect(rangeNow(world, jobId)).toMatchObject({
      epoch: 1,
      owner: 'worker-1',
      sequence: 0,
      leaseUntil: '2026-01-01T00:00:30.000Z',
    });
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'running',
      phase: 'running',
      due: '2026-01-02T00:00:00.000Z',
      startedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('is possible before the dispatcher has noted that it handed the work out', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    const [work] = await admitJobs(world.ledger, 'small', 1);
    expect(work && (await claimed(world, work))).toMatchObject({ jobId, epoch: 1 });
  });

  it('gives the work to one of two workers that come at once', async () => {
    const world = make();
    const { work } = await dispatched(world);
    const answers = await Promise.all(
      ['a', 'b'].map((owner) => claimRange(world.ledger, { ...work, range: 0 }, owner)),
    );
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['claimed', 'refused']);
    expect(answers).toContainEqual({ outcome: 'refused', reason: 'taken' });
  });

  it('is refused for a job or range that is not there', async () => {
    const world = make();
    const { work } = await dispatched(world);
    for (const other of [{ jobId: 'job_none' }, { tenant: 'beta' }, { range: 1 }]) {
      const claim = await claimRange(world.ledger, { ...work, range: 0, ...other }, 'w');
      expect(claim).toEqual({ outcome: 'refused', reason: 'not-found' });
    }
  });

  it('is refused for another dispatch than the newest', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    await releaseRange(world.ledger, lease);
    expect(await claimRange(world.ledger, lease, 'w')).toEqual({ outcome: 'refused', reason: 'taken' });
    await admitJobs(world.ledger, 'small', 1);
    expect(await claimRange(world.ledger, lease, 'w')).toEqual({
      outcome: 'refused',
      reason: 'other-dispatch',
    });
    expect(await claimRange(world.ledger, { ...lease, dispatch: 3 }, 'w')).toEqual({
      outcome: 'refused',
      reason: 'other-dispatch',
    });
    expect(await claimRange(world.ledger, { ...lease, dispatch: 2 }, 'w')).toMatchObject({
      outcome: 'claimed',
      lease: { epoch: 3 },
    });
    expect(jobNow(world, jobId).dispatch).toBe(2);
  });

  it('is refused when the job has ended or is being canceled', async () => {
    const world = make();
    const { lease, recordingId, jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    expect(await claimRange(world.ledger, lease, 'w')).toEqual({ outcome: 'refused', reason: 'ended' });
    await acknowledgeCancel(world.ledger, lease);
    expect(await claimRange(world.ledger, lease, 'w')).toEqual({ outcome: 'refused', reason: 'ended' });
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('lost');
  });

  it('gives back the first start and a growing epoch, attempt after attempt', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    world.clock.advance(5);
    await releaseRange(world.ledger, lease);
    const again = await claimedAgain(world, jobId);
    expect(again).toMatchObject({ epoch: 3, dispatch: 2 });
    expect(jobNow(world, jobId).startedAt).toBe('2026-01-01T00:00:00.000Z');
  });
});

describeOnEachStore('a heartbeat', (make) => {
  it('renews the lease and carries progress out', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    world.clock.advance(10);
    expect(await heartbeat(world.ledger, lease, progress)).toBe('held');
    expect(rangeNow(world, jobId)).toMatchObject({
      sequence: 1,
      leaseUntil: '2026-01-01T00:00:40.000Z',
      due: '2026-01-01T00:00:40.000Z',
      progress,
    });
  });

  it('carries a request to cancel back, and no longer renews', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    world.clock.advance(10);
    expect(await heartbeat(world.ledger, lease, progress)).toBe('cancel-requested');
    expect(rangeNow(world, jobId)).toMatchObject({ sequence: 0, leaseUntil: '2026-01-01T00:00:30.000Z' });
  });

  it('of a holder that has lost its lease is told so, also when nobody has claimed it again', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    expect(await loseLease(world.ledger, rangeNow(world, jobId), silent)).toBe(true);
    expect(await heartbeat(world.ledger, lease, progress)).toBe('lost');
    world.clock.advance(10);
    await sweepDue(world.deps);
    const next = await claimedAgain(world, jobId, lease.owner);
    expect(await heartbeat(world.ledger, lease, progress)).toBe('lost');
    expect(await heartbeat(world.ledger, next, progress)).toBe('held');
  });

  it('of somebody who never held it is told the same', async () => {
    const world = make();
    const { lease } = await running(world);
    const others = [
      { owner: 'w' },
      { epoch: 0 },
      { epoch: 2 },
      { dispatch: 0 },
      { tenant: 'beta' },
      { range: 1 },
    ];
    for (const other of others)
      expect(await heartbeat(world.ledger, { ...lease, ...other }, progress)).toBe('lost');
  });
});

describeOnEachStore('a holder that was fenced off', (make) => {
  it('can neither commit, fail, release nor acknowledge', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    await loseLease(world.ledger, rangeNow(world, jobId), silent);
    const before = [jobNow(world, jobId), rangeNow(world, jobId)];
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('lost');
    expect(await failRange(world.ledger, lease, transient)).toBe('lost');
    expect(await releaseRange(world.ledger, lease)).toBe('lost');
    expect(await acknowledgeCancel(world.ledger, lease)).toBe('lost');
    expect([jobNow(world, jobId), rangeNow(world, jobId)]).toEqual(before);
  });
});
