import { admitJobs } from './admit.ts';
import { acknowledgeCancel } from './fail.ts';
import { claimRange } from './claim.ts';
import { commitResult } from './commit.ts';
import { continueDeletion, requestDeletion } from './delete-recording.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { heartbeat } from './heartbeat.ts';
import { readRecording } from './read.ts';
import { retryJob } from './retry.ts';
import { sweepDue } from './sweep-due.ts';
import {
  accepted,
  announcedFor,
  dispatched,
  jobNow,
  recordingNow,
  resultOf,
  running,
  uploadNow,
} from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';

/** A recording with a result, and bytes in each of its three places. */
async function processed(world: World) {
  const scene = await running(world);
  world.objects.put(`work/acme/${scene.jobId}/plan/1`, 1, 'block');
  world.objects.put(`${resultOf(scene.lease).prefix}manifest.json`, 1, 'manifest');
  await commitResult(world.ledger, scene.lease, scene.recordingId, resultOf(scene.lease));
  return scene;
}

const keysOf = (world: World) =>
  ['source/', 'work/', 'results/'].flatMap((prefix) => world.objects.keys(prefix));

describeOnEachStore('deleting a recording', (make) => {
  it('is due at once, and asked twice is one deletion', async () => {
    const world = make();
    const { recordingId } = await accepted(world);
    const first = await requestDeletion(world.ledger, 'acme', recordingId);
    expect(first).toMatchObject({
      recording: { status: 'deleting', due: '2026-01-01T00:00:00.000Z' },
      version: 2,
    });
    expect(await requestDeletion(world.ledger, 'acme', recordingId)).toEqual(first);
    expect(await requestDeletion(world.ledger, 'beta', recordingId)).toBeNull();
  });

  it('empties every place and leaves a tombstone that tells nothing', async () => {
    const world = make();
    const { recordingId, upload, jobId } = await processed(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    expect(await continueDeletion(world.ledger, world.objects, recordingNow(world, recordingId))).toBe(
      'deleted',
    );
    expect(keysOf(world)).toEqual([]);
    expect(recordingNow(world, recordingId)).toMatchObject({
      status: 'deleted',
      sealedFileName: null,
      resultJobId: null,
      facts: null,
      source: { contentId: '', versionId: '' },
      deletedAt: '2026-01-01T00:00:00.000Z',
      due: '2026-01-02T00:00:00.000Z',
    });
    expect(uploadNow(world, upload.id)).toMatchObject({
      sealedFileName: null,
      preflight: null,
      declaredContentId: null,
    });
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'succeeded',
      result: null,
      source: { contentId: '', versionId: '' },
    });
    expect(world.store.rows('content')).toEqual([]);
    expect(announcedFor(world, recordingId)).toEqual(['recording.deleted']);
    expect(await readRecording(world.ledger, 'acme', recordingId)).toBeNull();
    expect(await requestDeletion(world.ledger, 'acme', recordingId)).toBeNull();
  });

  it('empties every place once more a day later, and then is never due again', async () => {
    const world = make();
    const { recordingId, jobId, upload } = await processed(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    world.clock.advance(1);
    await sweepDue(world.deps);
    world.objects.put(`work/acme/${jobId}/late`, 1, 'x');
    world.objects.put(`results/acme/${jobId}/9/manifest.json`, 1, 'x');
    world.objects.put(upload.key, 1, 'x');
    world.clock.advance(86_399);
    await sweepDue(world.deps);
    expect(keysOf(world)).toHaveLength(3);
    world.clock.advance(2);
    await sweepDue(world.deps);
    expect(keysOf(world)).toEqual([]);
    expect(recordingNow(world, recordingId)).toMatchObject({
      status: 'deleted',
      due: null,
      deletedAt: '2026-01-01T00:00:01.000Z',
    });
    expect(announcedFor(world, recordingId)).toEqual(['recording.deleted']);
  });

  it.each([0, 86_401])(
    'keeps its second pass also when two sweeps, %d s apart, do the first at once',
    async (ahead) => {
      const world = make();
      const clock = () => new Date(world.clock.now().getTime() + ahead * 1000);
      const { recordingId } = await processed(world);
      await requestDeletion(world.ledger, 'acme', recordingId);
      const seen = recordingNow(world, recordingId);
      await continueDeletion(world.ledger, world.objects, seen);
      await continueDeletion({ ...world.ledger, clock }, world.objects, seen);
      expect(recordingNow(world, recordingId)).toMatchObject({
        due: '2026-01-02T00:00:00.000Z',
        source: { contentId: '' },
      });
      expect(announcedFor(world, recordingId)).toEqual(['recording.deleted']);
    },
  );

  it('waits for the worker that holds the job, and goes on when it has stopped', async () => {
    const world = make();
    const { recordingId, jobId, lease } = await running(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    const pass = () => continueDeletion(world.ledger, world.objects, recordingNow(world, recordingId));
    expect(await pass()).toBe('waiting-for-worker');
    expect(world.objects.emptied).toEqual([]);
    expect(recordingNow(world, recordingId)).toMatchObject({
      status: 'deleting',
      due: '2026-01-01T00:00:07.500Z',
    });
    expect(await heartbeat(world.ledger, lease, { stage: 'writing', doneBytes: 1, totalBytes: 1 })).toBe(
      'cancel-requested',
    );
    await acknowledgeCancel(world.ledger, lease);
    expect(await pass()).toBe('deleted');
    expect(jobNow(world, jobId).status).toBe('canceled');
    expect(keysOf(world)).toEqual([]);
  });

  it('does not wait longer than a worker may take to stop', async () => {
    const world = make();
    const { recordingId } = await running(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    for (let seconds = 0; seconds < 85; seconds += 5) {
      world.clock.advance(5);
      await sweepDue(world.deps);
    }
    expect(recordingNow(world, recordingId).status).toBe('deleted');
    expect(world.errors).toEqual([]);
  });

  it('cannot be undone by a late completion, claim, commit, heartbeat or retry', async () => {
    const world = make();
    const { recordingId, upload, work, jobId } = await dispatched(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    world.clock.advance(1);
    await sweepDue(world.deps);
    world.objects.put(upload.key, upload.byteLength, upload.id);
    const lease = { ...work, range: 0, epoch: 1, owner: 'w' };
    expect(await finalizeUpload(world.deps, 'acme', upload.id, true)).toMatchObject({
      outcome: 'ended',
      upload: { status: 'completed' },
    });
    expect(await claimRange(world.ledger, lease, 'w')).toEqual({ outcome: 'refused', reason: 'ended' });
    expect(await heartbeat(world.ledger, lease, { stage: 'writing', doneBytes: 1, totalBytes: 1 })).toBe(
      'lost',
    );
    expect(await commitResult(world.ledger, lease, recordingId, resultOf(lease))).toBe('lost');
    expect(await retryJob(world.ledger, 'acme', jobId)).toMatchObject({ outcome: 'recording-gone' });
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
    expect(recordingNow(world, recordingId)).toMatchObject({ status: 'deleted', resultJobId: null });
    expect(world.store.rows('content')).toEqual([]);
  });

  it('lets the same bytes come again as a new recording', async () => {
    const world = make();
    const first = await accepted(world, {}, 'same');
    await requestDeletion(world.ledger, 'acme', first.recordingId);
    world.clock.advance(1);
    await sweepDue(world.deps);
    const again = await accepted(world, {}, 'same');
    expect(again.upload.duplicateOf).toBeNull();
    expect(world.store.rows('content')).toMatchObject([{ recordingId: again.recordingId }]);
  });

  it('leaves the claim to the bytes with a recording that took it over meanwhile', async () => {
    const world = make();
    const first = await accepted(world, {}, 'same');
    await requestDeletion(world.ledger, 'acme', first.recordingId);
    const second = await accepted(world, {}, 'same');
    world.clock.advance(1);
    await sweepDue(world.deps);
    expect(recordingNow(world, first.recordingId).status).toBe('deleted');
    expect(world.store.rows('content')).toMatchObject([{ recordingId: second.recordingId }]);
    expect(world.objects.keys('source/')).toEqual([second.upload.key]);
  });

  it.each([1, 2, 3])('goes on where it was cut: the object store failing at call %d', async (failing) => {
    const world = make();
    const { recordingId } = await processed(world);
    await requestDeletion(world.ledger, 'acme', recordingId);
    let calls = 0;
    const objects = {
      ...world.objects,
      deleteVersions: async (prefix: string) => {
        if (++calls === failing) throw new Error('503');
        return world.objects.deleteVersions(prefix);
      },
    };
    world.clock.advance(1);
    await sweepDue({ ...world.deps, objects });
    expect(recordingNow(world, recordingId).status).toBe('deleting');
    await sweepDue(world.deps);
    expect(recordingNow(world, recordingId).status).toBe('deleted');
    expect(keysOf(world)).toEqual([]);
    expect(world.errors).toEqual([new Error('503')]);
  });
});
