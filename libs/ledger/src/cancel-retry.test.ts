import { acknowledgeCancel, failRange } from './fail.ts';
import { admitJobs } from './admit.ts';
import { cancelJob, forceCancel } from './cancel.ts';
import { commitResult } from './commit.ts';
import { requestDeletion } from './delete-recording.ts';
import { loseDispatch } from './dispatch.ts';
import { retryJob } from './retry.ts';
import { sweepDue } from './sweep-due.ts';
import type { Accepted } from './test-support/scenes.ts';
import {
  accepted,
  announcedFor,
  claimedAgain,
  dispatched,
  jobNow,
  rangeNow,
  recordingNow,
  resultOf,
  running,
} from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';
import { endBackoff, expireJob, timeOutJob } from './wake-job.ts';

const transient = { class: 'transient', code: 'network', message: 'M.' } as const;
const invalid = { class: 'invalid_input', code: 'bad', message: 'M.' } as const;
type Scene = (world: World) => Promise<Accepted>;

const backlog: Scene = (world) => accepted(world);
const dispatching: Scene = async (world) => {
  const accept = await accepted(world);
  await admitJobs(world.ledger, 'small', 1);
  return accept;
};
const retryWait: Scene = async (world) => {
  const scene = await running(world);
  await failRange(world.ledger, scene.lease, transient);
  return scene;
};
const succeeded: Scene = async (world) => {
  const scene = await running(world);
  await commitResult(world.ledger, scene.lease, scene.recordingId, resultOf(scene.lease));
  return scene;
};
const failed: Scene = async (world) => {
  const scene = await running(world);
  await failRange(world.ledger, scene.lease, invalid);
  return scene;
};
const canceled: Scene = async (world) => {
  const scene = await accepted(world);
  await cancelJob(world.ledger, 'acme', scene.jobId);
  return scene;
};
const canceling: Scene = async (world) => {
  const scene = await running(world);
  await cancelJob(world.ledger, 'acme', scene.jobId);
  return scene;
};
const expired: Scene = async (world) => {
  const scene = await accepted(world);
  world.clock.advance(15 * 86_400);
  await expireJob(world.ledger, 'acme', scene.jobId);
  return scene;
};

describeOnEachStore('canceling a job', (make) => {
  it.each([
    ['backlog', backlog],
    ['dispatching', dispatching],
    ['dispatched', (world: World) => dispatched(world)],
    ['retry_wait', retryWait],
  ])('ends one in %s at once', async (phase, scene) => {
    const world = make();
    const { jobId } = await scene(world);
    expect(jobNow(world, jobId).phase).toBe(phase);
    const { epoch } = rangeNow(world, jobId);
    expect(await cancelJob(world.ledger, 'acme', jobId)).toMatchObject({ status: 'canceled', phase: 'done' });
    expect(rangeNow(world, jobId).epoch).toBe(epoch + 1);
    expect(announcedFor(world, jobId)).toEqual(['job.canceled']);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
  });

  it('asks the worker of a running one to stop, once, with a time until it is forced', async () => {
    const world = make();
    const { jobId } = await running(world);
    const answer = await cancelJob(world.ledger, 'acme', jobId);
    expect(answer).toMatchObject({ status: 'canceling', due: '2026-01-01T00:01:00.000Z' });
    expect(rangeNow(world, jobId).cancelRequested).toBe(true);
    expect(await cancelJob(world.ledger, 'acme', jobId)).toEqual(answer);
    expect(announcedFor(world, jobId)).toEqual([]);
  });

  it.each([
    ['succeeded', succeeded],
    ['failed', failed],
    ['canceled', canceled],
    ['expired', expired],
  ])('changes nothing of one that has %s', async (status, scene) => {
    const world = make();
    const { jobId } = await scene(world);
    const before = jobNow(world, jobId);
    expect(before.status).toBe(status);
    expect(await cancelJob(world.ledger, 'acme', jobId)).toEqual(before);
    expect(jobNow(world, jobId)).toEqual(before);
  });

  it('answers null for another tenant’s', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    expect(await cancelJob(world.ledger, 'beta', jobId)).toBeNull();
  });

  it('is forced when the worker did not answer in time, and not before', async () => {
    const world = make();
    const scene = await running(world);
    await cancelJob(world.ledger, 'acme', scene.jobId);
    world.clock.advance(59);
    expect(await forceCancel(world.ledger, 'acme', scene.jobId)).toBe(false);
    world.clock.advance(2);
    await sweepDue(world.deps);
    expect(jobNow(world, scene.jobId).status).toBe('canceled');
    expect(await acknowledgeCancel(world.ledger, scene.lease)).toBe('lost');
    expect(await forceCancel(world.ledger, 'acme', scene.jobId)).toBe(false);
    expect(announcedFor(world, scene.jobId)).toEqual(['job.canceled']);
  });
});

describeOnEachStore('retrying a job', (make) => {
  it.each([
    ['failed', failed],
    ['canceled', canceled],
    ['expired', expired],
  ])('queues one that has %s, with fresh budgets, once', async (_status, scene) => {
    const world = make();
    const { jobId } = await scene(world);
    const { dispatch } = jobNow(world, jobId);
    const { epoch } = rangeNow(world, jobId);
    expect(await retryJob(world.ledger, 'acme', jobId)).toMatchObject({ outcome: 'queued' });
    expect(jobNow(world, jobId)).toMatchObject({
      phase: 'backlog',
      attempts: 0,
      crashes: 0,
      evictions: 0,
      lostDispatches: 0,
      error: null,
      finishedAt: null,
      startedAt: null,
    });
    expect(await retryJob(world.ledger, 'acme', jobId)).toMatchObject({ outcome: 'not-ended' });
    const lease = await claimedAgain(world, jobId);
    expect(lease.dispatch).toBeGreaterThan(dispatch + 1);
    expect(lease.epoch).toBeGreaterThan(epoch);
    expect(await commitResult(world.ledger, lease, jobNow(world, jobId).recordingId, resultOf(lease))).toBe(
      'committed',
    );
  });

  it.each([
    ['backlog', backlog],
    ['dispatching', dispatching],
    ['dispatched', (world: World) => dispatched(world)],
    ['running', (world: World) => running(world)],
    ['retry_wait', retryWait],
    ['canceling', canceling],
  ])('refuses one in %s', async (phase, scene) => {
    const world = make();
    const { jobId } = await scene(world);
    const before = jobNow(world, jobId);
    expect(before.phase).toBe(phase);
    expect(await retryJob(world.ledger, 'acme', jobId)).toEqual({ outcome: 'not-ended', job: before });
    expect(jobNow(world, jobId)).toEqual(before);
  });

  it('refuses one that has succeeded, one whose recording goes, and one that is not there', async () => {
    const world = make();
    const { jobId } = await succeeded(world);
    expect(await retryJob(world.ledger, 'acme', jobId)).toMatchObject({ outcome: 'succeeded' });
    const gone = await failed(world);
    await requestDeletion(world.ledger, 'acme', gone.recordingId);
    expect(await retryJob(world.ledger, 'acme', gone.jobId)).toMatchObject({ outcome: 'recording-gone' });
    expect(await retryJob(world.ledger, 'acme', 'job_none')).toEqual({ outcome: 'not-found' });
    expect(await retryJob(world.ledger, 'beta', jobId)).toEqual({ outcome: 'not-found' });
  });

  it('queues once when asked twice at once', async () => {
    const world = make();
    const { jobId } = await failed(world);
    const answers = await Promise.all([1, 2].map(() => retryJob(world.ledger, 'acme', jobId)));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['not-ended', 'queued']);
  });

  it('queues nothing for a recording whose deletion began after it was looked at', async () => {
    const world = make();
    const { jobId, recordingId } = await failed(world);
    let isFirstWrite = true;
    const store = {
      ...world.ledger.store,
      write: async (...args: Parameters<typeof world.ledger.store.write>) => {
        if (isFirstWrite) {
          isFirstWrite = false;
          await requestDeletion(world.ledger, 'acme', recordingId);
        }
        return world.ledger.store.write(...args);
      },
    };
    expect(await retryJob({ ...world.ledger, store }, 'acme', jobId)).toMatchObject({
      outcome: 'recording-gone',
    });
    expect(jobNow(world, jobId).status).toBe('failed');
    expect(recordingNow(world, recordingId).status).toBe('deleting');
  });
});

describeOnEachStore('a job that comes due', (make) => {
  it('ends its back-off when that is over, and not before', async () => {
    const world = make();
    const { jobId } = await retryWait(world);
    expect(await endBackoff(world.ledger, 'acme', jobId)).toBe(false);
    world.clock.advance(5);
    expect(await endBackoff(world.ledger, 'acme', jobId)).toBe(true);
    expect(jobNow(world, jobId)).toMatchObject({ phase: 'backlog', error: { retryable: true } });
    expect(await endBackoff(world.ledger, 'acme', jobId)).toBe(false);
  });

  it('expires in the backlog when it has waited too long, and says so', async () => {
    const world = make();
    const { jobId } = await backlog(world);
    world.clock.advance(14 * 86_400 - 1);
    expect(await expireJob(world.ledger, 'acme', jobId)).toBe(false);
    world.clock.advance(2);
    await sweepDue(world.deps);
    expect(jobNow(world, jobId)).toMatchObject({ status: 'expired', phase: 'done' });
    expect(announcedFor(world, jobId)).toEqual(['job.expired']);
  });

  it('starts to wait anew when a dispatch was lost', async () => {
    const world = make();
    const { jobId, work } = await dispatched(world);
    world.clock.advance(15 * 86_400);
    expect(await expireJob(world.ledger, 'acme', jobId)).toBe(false);
    await loseDispatch(world.ledger, work, true);
    expect(await expireJob(world.ledger, 'acme', jobId)).toBe(false);
  });

  it('times out when it has run too long: failed, its worker fenced off', async () => {
    const world = make();
    const { jobId, lease, recordingId } = await running(world);
    world.clock.advance(86_399);
    expect(await timeOutJob(world.ledger, 'acme', jobId)).toBe(false);
    world.clock.advance(2);
    expect(await timeOutJob(world.ledger, 'acme', jobId)).toBe(true);
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'failed',
      error: { class: 'timeout', code: 'deadline-exceeded' },
    });
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('lost');
    expect(announcedFor(world, jobId)).toEqual(['job.failed']);
  });
});
