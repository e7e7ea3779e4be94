import { failRange } from './fail.ts';
import { admitJobs } from './admit.ts';
import { cancelJob } from './cancel.ts';
import { markDispatched } from './dispatch.ts';
import { heartbeat } from './heartbeat.ts';
import type { Failure } from './job-state.ts';
import { createLeaseObserver } from './lease-observer.ts';
import { loseLease } from './lose-lease.ts';
import { releaseRange } from './release.ts';
import { sweepDue } from './sweep-due.ts';
import {
  announcedFor,
  claimed,
  claimedAgain,
  dispatched,
  jobNow,
  rangeNow,
  running,
} from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

const progress = { stage: 'analysing', doneBytes: 10, totalBytes: 1_000 } as const;
const silent: Failure = { class: 'crash', code: 'worker-silent', message: 'M.' };
const transient: Failure = { class: 'transient', code: 'network', message: 'M.' };

describeOnEachStore('releasing a range', (make) => {
  it('sends the job back at once and charges an eviction, nothing else', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    expect(await releaseRange(world.ledger, lease)).toBe('done');
    expect(jobNow(world, jobId)).toMatchObject({
      phase: 'backlog',
      attempts: 0,
      crashes: 0,
      evictions: 1,
      lostDispatches: 0,
      error: null,
    });
    expect(rangeNow(world, jobId)).toMatchObject({
      epoch: 2,
      owner: null,
      progress: { stage: 'waiting', doneBytes: 0 },
    });
  });

  it('ends a job that was asked to stop as canceled', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    await releaseRange(world.ledger, lease);
    expect(jobNow(world, jobId)).toMatchObject({ status: 'canceled', evictions: 0 });
    expect(announcedFor(world, jobId)).toEqual(['job.canceled']);
  });
});

describeOnEachStore('failing a range', (make) => {
  it('ends a job whose file is bad, with the place and the announcement', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    await failRange(world.ledger, lease, {
      class: 'invalid_input',
      code: 'header-version',
      message: 'M.',
      offset: 0,
      field: 'version',
    });
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'failed',
      error: {
        class: 'invalid_input',
        code: 'header-version',
        offset: 0,
        field: 'version',
        retryable: false,
      },
    });
    expect(announcedFor(world, jobId)).toEqual(['job.failed']);
  });

  it('tries a passing fault again after a back-off, four attempts in all', async () => {
    const world = make();
    const first = await running(world);
    let { lease } = first;
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(await failRange(world.ledger, lease, transient)).toBe('done');
      expect(jobNow(world, first.jobId)).toMatchObject({
        attempts: attempt,
        phase: attempt < 4 ? 'retry_wait' : 'done',
      });
      world.clock.advance(41);
      await sweepDue(world.deps);
      if (attempt < 4) lease = await claimedAgain(world, first.jobId);
    }
    expect(announcedFor(world, first.jobId)).toEqual(['job.failed']);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
  });

  it('ends a job that was asked to stop as canceled, whatever failed', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    await failRange(world.ledger, lease, transient);
    expect(jobNow(world, jobId)).toMatchObject({ status: 'canceled', attempts: 0, error: null });
  });
});

describeOnEachStore('taking a lease from a silent holder', (make) => {
  it('charges a crash, waits, and ends the job the second time, quarantined', async () => {
    const world = make();
    const { jobId } = await running(world);
    await loseLease(world.ledger, rangeNow(world, jobId), silent);
    expect(jobNow(world, jobId)).toMatchObject({ phase: 'retry_wait', crashes: 1, attempts: 0 });
    world.clock.advance(10);
    await sweepDue(world.deps);
    await claimedAgain(world, jobId);
    await loseLease(world.ledger, rangeNow(world, jobId), silent);
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'failed',
      crashes: 2,
      error: { class: 'crash', retryable: false },
    });
    expect(announcedFor(world, jobId)).toEqual(['job.failed']);
  });

  it('is refused when a heartbeat came between looking and taking', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    const seen = rangeNow(world, jobId);
    await heartbeat(world.ledger, lease, progress);
    expect(await loseLease(world.ledger, seen, silent)).toBe(false);
    expect(await heartbeat(world.ledger, lease, progress)).toBe('held');
  });

  it('is refused under another epoch, without a holder, and for no job', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    const seen = rangeNow(world, jobId);
    await releaseRange(world.ledger, lease);
    expect(await loseLease(world.ledger, seen, silent)).toBe(false);
    expect(await loseLease(world.ledger, rangeNow(world, jobId), silent)).toBe(false);
    await claimedAgain(world, jobId);
    expect(await loseLease(world.ledger, seen, silent)).toBe(false);
    expect(await loseLease(world.ledger, { ...seen, jobId: 'job_none' }, silent)).toBe(false);
    expect(jobNow(world, jobId)).toMatchObject({ phase: 'running', crashes: 0 });
  });

  it('ends a job that was asked to stop as canceled', async () => {
    const world = make();
    const { jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    await loseLease(world.ledger, rangeNow(world, jobId), silent);
    expect(jobNow(world, jobId)).toMatchObject({ status: 'canceled', crashes: 0 });
    expect(announcedFor(world, jobId)).toEqual(['job.canceled']);
  });
});

describeOnEachStore('the sweep, of a held range', (make) => {
  it('takes it after the lease ran out and the sequence stood still for a whole lease more', async () => {
    const world = make();
    const { jobId } = await running(world);
    for (const [seconds, phase] of [
      [31, 'running'],
      [29, 'running'],
      [1, 'backlog'],
    ] as const) {
      world.clock.advance(seconds);
      await sweepDue(world.deps);
      expect(jobNow(world, jobId).phase).toBe(phase);
    }
    expect(jobNow(world, jobId).error?.code).toBe('worker-silent');
  });

  it.each([-3_600, 3_600])(
    'leaves it to a holder whose clock is %d s off, heartbeat after heartbeat',
    async (skew) => {
      const world = make();
      const clock = () => new Date(world.clock.now().getTime() + skew * 1000);
      const skewed = { ...world, ledger: { ...world.ledger, clock } };
      const { work, jobId } = await dispatched(world);
      const lease = await claimed(skewed, work);
      for (let beat = 0; beat < 60; beat++) {
        world.clock.advance(10);
        await sweepDue(world.deps);
        expect(await heartbeat(skewed.ledger, lease, progress)).toBe('held');
      }
      expect(jobNow(world, jobId)).toMatchObject({ phase: 'running', crashes: 0 });
      expect(rangeNow(world, jobId).sequence).toBe(60);
    },
  );

  it('takes it about a lease after the last heartbeat, having watched it before', async () => {
    const world = make();
    const { lease, jobId } = await running(world);
    for (let beat = 0; beat < 12; beat++) {
      world.clock.advance(5);
      if (beat % 2) await heartbeat(world.ledger, lease, progress);
      await sweepDue(world.deps);
    }
    expect(jobNow(world, jobId).phase).toBe('running');
    let silentSeconds = 0;
    while (jobNow(world, jobId).phase === 'running') {
      world.clock.advance(5);
      silentSeconds += 5;
      await sweepDue(world.deps);
    }
    expect(silentSeconds).toBeGreaterThanOrEqual(30);
    expect(silentSeconds).toBeLessThanOrEqual(35);
  });

  it('finds it in time when its job had waited long with the executor', async () => {
    const world = make();
    const { work, jobId } = await dispatched(world);
    world.clock.advance(200);
    await markDispatched(world.ledger, work, 'executor-1');
    await claimed(world, work);
    world.clock.advance(31);
    await sweepDue(world.deps);
    world.clock.advance(31);
    await sweepDue(world.deps);
    expect(jobNow(world, jobId).phase).toBe('backlog');
  });

  it('ends a job that was asked to stop and whose holder is dead as soon as another would be taken', async () => {
    const world = make({ settings: { cancelSeconds: 600 } });
    const { jobId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    world.clock.advance(11);
    await sweepDue(world.deps);
    expect(jobNow(world, jobId).phase).toBe('canceling');
    world.clock.advance(31);
    await sweepDue(world.deps);
    expect(jobNow(world, jobId)).toMatchObject({ phase: 'done', status: 'canceled', crashes: 0 });
  });

  it('takes it at once no more than once when two sweeps see the same', async () => {
    const world = make();
    const { jobId } = await running(world);
    world.clock.advance(31);
    await sweepDue(world.deps);
    world.clock.advance(31);
    const other = { ...world.deps, observer: { isSilent: () => true, forget: () => {} } };
    await Promise.all([sweepDue(world.deps), sweepDue(other)]);
    expect(jobNow(world, jobId)).toMatchObject({ crashes: 1, phase: 'backlog' });
    expect(world.errors).toEqual([]);
  });
});

describe('a lease observer', () => {
  const range = { tenant: 'a', jobId: 'j', range: 0, epoch: 1, sequence: 5 };
  const observe = () => {
    let now = 1_000;
    const observer = createLeaseObserver(30, () => now);
    return {
      at: (seconds: number, change: Partial<typeof range> = {}) => (
        (now = 1_000 + seconds),
        observer.isSilent({ ...range, ...change })
      ),
      observer,
    };
  };

  it('calls a holder silent after a whole lease without a new heartbeat, on its own clock', () => {
    const { at } = observe();
    expect([at(0), at(29.9), at(30)]).toEqual([false, false, true]);
  });

  it('starts anew with every heartbeat and every holder', () => {
    const { at } = observe();
    expect([
      at(0),
      at(29),
      at(30, { sequence: 6 }),
      at(59, { sequence: 6 }),
      at(60, { sequence: 6 }),
    ]).toEqual([false, false, false, false, true]);
    expect([at(61, { epoch: 2, sequence: 6 }), at(90, { epoch: 2, sequence: 6 })]).toEqual([false, false]);
  });

  it('keeps ranges apart, and forgets on request', () => {
    const { at, observer } = observe();
    expect([at(0), at(30, { range: 1 }), at(30, { jobId: 'k' }), at(30, { tenant: 'b' }), at(30)]).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    observer.forget(range);
    expect(at(31)).toBe(false);
  });

  it('forgets what it has not seen for long when it has seen many', () => {
    const { at } = observe();
    at(0);
    for (let index = 0; index < 10_001; index++) at(400, { jobId: `job-${index}` });
    expect(at(401)).toBe(false);
    expect(at(430, { jobId: 'job-1' })).toBe(true);
  });
});
