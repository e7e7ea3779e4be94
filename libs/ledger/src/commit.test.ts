import { acknowledgeCancel } from './fail.ts';
import { cancelJob } from './cancel.ts';
import { commitResult } from './commit.ts';
import { requestDeletion } from './delete-recording.ts';
import { heartbeat } from './heartbeat.ts';
import { announcedFor, jobNow, rangeNow, recordingNow, resultOf, running } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

describeOnEachStore('committing a result', (make) => {
  it('publishes it: job, range and recording together, and says so', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('committed');
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'succeeded',
      phase: 'done',
      due: null,
      error: null,
      result: resultOf(lease),
    });
    expect(rangeNow(world, jobId)).toMatchObject({
      owner: null,
      leaseUntil: null,
      due: null,
      progress: { doneBytes: 1_000, totalBytes: 1_000 },
    });
    expect(recordingNow(world, recordingId)).toMatchObject({ resultJobId: jobId, due: null });
    expect(announcedFor(world, jobId)).toEqual(['job.succeeded']);
  });

  it('keeps what lists say of the recording', async () => {
    const world = make();
    const { lease, recordingId } = await running(world);
    const facts = { variant: 'EDF+C', signalCount: 20, durationSeconds: 28_800, findingCount: 3 } as const;
    await commitResult(world.ledger, lease, recordingId, resultOf(lease), undefined, undefined, facts);
    expect(recordingNow(world, recordingId).facts).toEqual(facts);
  });

  it('happens once: the same holder is told it has lost the second time', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    const answers = await Promise.all(
      [1, 2].map(() => commitResult(world.ledger, lease, recordingId, resultOf(lease))),
    );
    expect(answers.sort()).toEqual(['committed', 'lost']);
    expect(announcedFor(world, jobId)).toEqual(['job.succeeded']);
  });

  it('goes through when the lease has run out and nobody has taken it', async () => {
    const world = make();
    const { lease, recordingId } = await running(world);
    world.clock.advance(600);
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('committed');
  });

  it('is refused after a request to cancel, which then can be acknowledged', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    await cancelJob(world.ledger, 'acme', jobId);
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('cancel-requested');
    expect(recordingNow(world, recordingId).resultJobId).toBeNull();
    expect(await acknowledgeCancel(world.ledger, lease)).toBe('done');
    expect(jobNow(world, jobId)).toMatchObject({ status: 'canceled', result: null });
  });

  it('is refused while the recording is being deleted, or is not there', async () => {
    const world = make();
    const { lease, jobId, recordingId } = await running(world);
    expect(await commitResult(world.ledger, lease, 'rec_none', resultOf(lease))).toBe('cancel-requested');
    await requestDeletion(world.ledger, 'acme', recordingId);
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('cancel-requested');
    expect(jobNow(world, jobId)).toMatchObject({ status: 'running', result: null });
  });

  it('stands or falls as a whole when it meets a cancel or a deletion at once', async () => {
    const world = make();
    for (const disturb of ['cancel', 'delete'] as const) {
      const { lease, jobId, recordingId } = await running(world);
      const [committed] = await Promise.all([
        commitResult(world.ledger, lease, recordingId, resultOf(lease)),
        disturb === 'cancel'
          ? cancelJob(world.ledger, 'acme', jobId)
          : requestDeletion(world.ledger, 'acme', recordingId),
      ]);
      const isCommitted = committed === 'committed';
      expect(recordingNow(world, recordingId).resultJobId).toBe(isCommitted ? jobId : null);
      expect(announcedFor(world, jobId)).toEqual(isCommitted ? ['job.succeeded'] : []);
    }
  });

  it('meets a heartbeat at once and goes through all the same', async () => {
    const world = make();
    const { lease, recordingId, jobId } = await running(world);
    const progress = { stage: 'writing', doneBytes: 1, totalBytes: 1_000 } as const;
    const [committed] = await Promise.all([
      commitResult(world.ledger, lease, recordingId, resultOf(lease)),
      heartbeat(world.ledger, lease, progress),
    ]);
    expect(committed).toBe('committed');
    expect(jobNow(world, jobId).status).toBe('succeeded');
  });
});
