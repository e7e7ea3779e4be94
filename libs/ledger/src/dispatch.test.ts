import { admitJobs } from './admit.ts';
import { cancelJob } from './cancel.ts';
import { loseDispatch, markDispatched } from './dispatch.ts';
import { sweepDue } from './sweep-due.ts';
import { accepted, announcedFor, claimed, dispatched, jobNow, running } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

describeOnEachStore('noting that an executor has the work', (make) => {
  it('keeps its reference, and gives workers time to claim', async () => {
    const world = make();
    const { jobId } = await dispatched(world);
    expect(jobNow(world, jobId)).toMatchObject({
      phase: 'dispatched',
      executorRef: 'executor-1',
      due: '2026-01-01T00:05:00.000Z',
    });
  });

  it('may be said again: the time starts anew and the history stays', async () => {
    const world = make();
    const { jobId, work } = await dispatched(world);
    const { history } = jobNow(world, jobId);
    world.clock.advance(60);
    expect(await markDispatched(world.ledger, work, 'executor-1')).toBe(true);
    expect(jobNow(world, jobId)).toMatchObject({ due: '2026-01-01T00:06:00.000Z', history });
  });

  it('changes nothing when a worker was faster, or it is another dispatch by now', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    const [work] = await admitJobs(world.ledger, 'small', 1);
    if (!work) throw new Error('nothing was admitted');
    expect(await markDispatched(world.ledger, { ...work, dispatch: 2 }, 'e')).toBe(false);
    expect(await markDispatched(world.ledger, { ...work, jobId: 'job_none' }, 'e')).toBe(false);
    await claimed(world, work);
    const before = jobNow(world, jobId);
    expect(await markDispatched(world.ledger, work, 'e')).toBe(false);
    expect(jobNow(world, jobId)).toEqual(before);
  });
});

describeOnEachStore('a dispatch that the executor does not know', (make) => {
  it('goes back to the backlog, charges no attempt, and gets another number', async () => {
    const world = make();
    const { jobId, work } = await dispatched(world);
    expect(await loseDispatch(world.ledger, work, true)).toBe(true);
    expect(jobNow(world, jobId)).toMatchObject({
      phase: 'backlog',
      executorRef: null,
      attempts: 0,
      crashes: 0,
      evictions: 0,
      lostDispatches: 1,
    });
    expect(await loseDispatch(world.ledger, work, true)).toBe(false);
    expect(await admitJobs(world.ledger, 'small', 1)).toMatchObject([{ jobId, dispatch: 2 }]);
    expect(await loseDispatch(world.ledger, work, true)).toBe(false);
  });

  it('is not charged when it is known why the executor forgot it', async () => {
    const world = make();
    const { jobId, work } = await dispatched(world);
    expect(await loseDispatch(world.ledger, work, false)).toBe(true);
    expect(jobNow(world, jobId)).toMatchObject({ phase: 'backlog', lostDispatches: 0 });
  });

  it('is not lost once a worker has claimed it, or it is canceled', async () => {
    const world = make();
    const held = await running(world);
    expect(await loseDispatch(world.ledger, held.work, true)).toBe(false);
    const canceled = await dispatched(world);
    await cancelJob(world.ledger, 'acme', canceled.jobId);
    expect(await loseDispatch(world.ledger, canceled.work, true)).toBe(false);
  });

  it('fails with a reason after being lost again and again, ten times by default', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    for (let lost = 1; lost <= 11; lost++) {
      expect(jobNow(world, jobId).phase).toBe('backlog');
      const [work] = await admitJobs(world.ledger, 'small', 1);
      if (work) await loseDispatch(world.ledger, work, true);
    }
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'failed',
      lostDispatches: 11,
      error: { class: 'infrastructure', code: 'never-started', retryable: false },
    });
    expect(announcedFor(world, jobId)).toEqual(['job.failed']);
  });

  it('is asked about when it is overdue, before and after the executor took it', async () => {
    const world = make();
    await accepted(world);
    const [work] = await admitJobs(world.ledger, 'small', 1);
    if (!work) throw new Error('nothing was admitted');
    world.clock.advance(31);
    await sweepDue(world.deps);
    await markDispatched(world.ledger, work, 'e');
    world.clock.advance(299);
    await sweepDue(world.deps);
    expect(world.asked).toEqual([work.jobId]);
    world.clock.advance(2);
    await sweepDue(world.deps);
    expect(world.asked).toEqual([work.jobId, work.jobId]);
  });
});
