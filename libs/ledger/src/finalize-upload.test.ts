import { cleanUpUpload } from './clean-up-upload.ts';
import { requestDeletion } from './delete-recording.ts';
import { endUpload, finalizeUpload } from './finalize-upload.ts';
import { uploadKey } from './keys.ts';
import { sweepDue } from './sweep-due.ts';
import { contentIdFor } from './test-support/memory-objects.ts';
import { accepted, announcedFor, created, jobNow, MiB, rangeNow, recordingNow, sendBytes, uploadNow } from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';
import type { UploadRow } from './rows.ts';

const finalize = (world: World, { tenant, id }: UploadRow, complete = true) => finalizeUpload(world.deps, tenant, id, complete);

describeOnEachStore('finalizing an upload', (make) => {
  it('answers not-found for an upload that is not there, or another tenant’s', async () => {
    const world = make();
    const upload = await created(world);
    expect(await finalizeUpload(world.deps, 'other', upload.id, true)).toEqual({ outcome: 'not-found' });
  });

  it('makes the recording, its job in the backlog and the announcement together', async () => {
    const world = make();
    const { upload, recordingId, jobId } = await accepted(world);
    expect(upload).toMatchObject({ status: 'completed', due: null, duplicateOf: null });
    expect(recordingNow(world, recordingId)).toMatchObject({
      status: 'available',
      uploadId: upload.id,
      source: { key: upload.key, versionId: 'v1', byteLength: 1_000, contentId: contentIdFor(upload.id, 1_000) },
    });
    expect(jobNow(world, jobId)).toMatchObject({ status: 'queued', phase: 'backlog', pool: 'small', dispatch: 0 });
    expect(rangeNow(world, jobId)).toMatchObject({ epoch: 0, owner: null, progress: { stage: 'waiting', totalBytes: 1_000 } });
    expect(announcedFor(world, upload.id)).toEqual(['upload.completed']);
  });

  it('is incomplete while the one PUT has not arrived', async () => {
    const world = make();
    const upload = await created(world);
    expect(await finalize(world, upload)).toMatchObject({ outcome: 'incomplete', missingParts: [1], version: 1 });
  });

  it('names the parts that are missing or of another length, and leaves the upload open', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    const multipartId = upload.multipartId ?? '';
    for (const part of [1, 3]) world.objects.putPart(upload.key, multipartId, part, 16 * MiB, 'x');
    world.objects.putPart(upload.key, multipartId, 4, 5, 'x');
    expect(await finalize(world, upload)).toMatchObject({ outcome: 'incomplete', missingParts: [2, 4, 5] });
    expect(uploadNow(world, upload.id).status).toBe('pending');
  });

  it('does not put parts together unless the client said that all are sent', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    sendBytes(world, upload);
    expect(await finalize(world, upload, false)).toMatchObject({ outcome: 'incomplete' });
    expect(world.objects.keys('source/')).toEqual([]);
  });

  it('puts the parts together and sends a job of that size to its pool', async () => {
    const world = make();
    const { jobId, recordingId, upload } = await accepted(world, { byteLength: 2 ** 31 });
    expect(jobNow(world, jobId).pool).toBe('large');
    expect(rangeNow(world, jobId).pool).toBe('large');
    expect(recordingNow(world, recordingId).source.contentId).toBe(contentIdFor(upload.id, 2 ** 31));
  });

  it('accepts an object whose parts somebody else has put together meanwhile', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    sendBytes(world, upload);
    const { listParts, completeMultipart } = world.objects;
    const objects = {
      ...world.objects,
      listParts: async (key: string, multipartId: string) => {
        const parts = await listParts(key, multipartId);
        await completeMultipart(key, multipartId, parts ?? [], { ifAbsent: true });
        return parts;
      },
    };
    const finalized = await finalizeUpload({ ...world.deps, objects }, 'acme', upload.id, true);
    expect(finalized).toMatchObject({ outcome: 'ended', upload: { status: 'completed' } });
  });

  it('fails for now, verifying and due soon, when the parts cannot be put together', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    sendBytes(world, upload);
    const objects = { ...world.objects, completeMultipart: async () => Promise.reject(new Error('503')) };
    await expect(finalizeUpload({ ...world.deps, objects }, 'acme', upload.id, true)).rejects.toThrow('503');
    expect(uploadNow(world, upload.id)).toMatchObject({ status: 'verifying', due: '2026-01-01T00:00:30.000Z' });
    world.clock.advance(31);
    await sweepDue(world.deps);
    expect(uploadNow(world, upload.id).status).toBe('completed');
  });

  it.each([
    ['size-mismatch', { byteLength: 1_000 }, 999, null],
    ['checksum-mismatch', { byteLength: 1_000, declaredContentId: 'declared' }, 1_000, null],
  ] as const)('rejects with %s, and deletes the bytes twice', async (rejection, change, arrived) => {
    const world = make();
    const upload = await created(world, change);
    world.objects.put(upload.key, arrived, 'x');
    expect(await finalize(world, upload)).toMatchObject({ outcome: 'ended', upload: { status: 'rejected', rejection } });
    expect(announcedFor(world, upload.id)).toEqual(['upload.rejected']);
    for (const seconds of [1, 901]) {
      world.clock.advance(seconds);
      await sweepDue(world.deps);
    }
    expect(world.objects.emptied).toEqual([`source/acme/${upload.id}/`, `source/acme/${upload.id}/`]);
    expect(uploadNow(world, upload.id)).toMatchObject({ due: null, sealedFileName: null });
    expect(world.store.rows('recording')).toEqual([]);
  });

  it('accepts bytes that are what the client declared', async () => {
    const world = make();
    const { upload } = await accepted(world, { declaredContentId: contentIdFor('x', 1_000) }, 'x');
    expect(upload.status).toBe('completed');
  });

  it('rejects as object-missing when the multipart upload is gone and no object is there', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    await world.objects.deleteVersions('source/');
    expect(await finalize(world, upload)).toMatchObject({ upload: { status: 'rejected', rejection: 'object-missing' } });
  });

  it('makes one job when the event, the client and the sweep come at once', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    sendBytes(world, upload);
    await finalizeUpload(world.deps, 'acme', upload.id, false);
    world.clock.advance(601);
    await Promise.all([finalize(world, upload), finalize(world, upload), finalize(world, upload, false), sweepDue(world.deps)]);
    expect(world.errors).toEqual([]);
    expect(await finalize(world, upload)).toMatchObject({ outcome: 'ended', upload: { status: 'completed' } });
    expect(world.store.rows('job')).toHaveLength(1);
    expect(announcedFor(world, upload.id)).toEqual(['upload.completed']);
  });

  it('makes an upload of bytes that are here the first recording’s, and cleans up its own copy twice', async () => {
    const world = make();
    const first = await accepted(world, {}, 'same');
    const second = await accepted(world, {}, 'same');
    expect(second.upload).toMatchObject({
      status: 'completed',
      duplicateOf: { recordingId: first.recordingId, jobId: first.jobId },
    });
    expect(world.store.rows('recording').map(({ id }) => id)).toEqual([first.recordingId]);
    for (const seconds of [1, 901]) {
      world.clock.advance(seconds);
      await sweepDue(world.deps);
    }
    const ownPlace = `source/acme/${second.upload.id}/`;
    expect(world.objects.emptied).toEqual([ownPlace, ownPlace]);
    expect(world.objects.keys('source/')).toEqual([first.upload.key]);
    expect(uploadNow(world, second.upload.id)).toMatchObject({ due: null, sealedFileName: 'sealed' });
  });

  it('makes two recordings of the same bytes for two tenants', async () => {
    const world = make();
    const recordings = [await accepted(world, {}, 'same'), await accepted(world, { tenant: 'beta' }, 'same')];
    expect(world.store.rows('recording').map(({ id }) => id)).toEqual(recordings.map(({ recordingId }) => recordingId));
  });

  it('makes one recording of the same bytes sent in three uploads at once', async () => {
    const world = make();
    const uploads = [await created(world), await created(world), await created(world)];
    for (const upload of uploads) sendBytes(world, upload, 'same');
    await Promise.all(uploads.map((upload) => finalize(world, upload)));
    const [recording] = world.store.rows('recording');
    expect(world.store.rows('recording')).toHaveLength(1);
    const duplicates = world.store.rows('upload').filter(({ duplicateOf }) => duplicateOf?.recordingId === recording?.id);
    expect(duplicates).toHaveLength(2);
  });

  it('makes a new recording of bytes whose recording is being deleted', async () => {
    const world = make();
    const first = await accepted(world, {}, 'same');
    await requestDeletion(world.ledger, 'acme', first.recordingId);
    const second = await accepted(world, {}, 'same');
    expect(second.upload.duplicateOf).toBeNull();
    expect(recordingNow(world, second.recordingId).status).toBe('available');
  });

  it('keeps its own bytes when the recording that holds the same is deleted in between', async () => {
    const world = make();
    const first = await accepted(world, {}, 'same');
    const upload = await created(world);
    sendBytes(world, upload, 'same');
    let isFirstWrite = true;
    const store = {
      ...world.ledger.store,
      write: async (...args: Parameters<typeof world.ledger.store.write>) => {
        if (isFirstWrite) {
          isFirstWrite = false;
          await requestDeletion(world.ledger, 'acme', first.recordingId);
        }
        return world.ledger.store.write(...args);
      },
    };
    await finalizeUpload({ ...world.deps, ledger: { ...world.ledger, store } }, 'acme', upload.id, true);
    expect(uploadNow(world, upload.id).duplicateOf).toBeNull();
    expect(recordingNow(world, upload.recordingId).status).toBe('available');
  });
});

describeOnEachStore('ending an upload', (make) => {
  it.each(['aborted', 'expired'] as const)('as %s stands: a late completion changes nothing', async (status) => {
    const world = make();
    const upload = await created(world);
    await endUpload(world.ledger, 'acme', upload.id, status, null);
    sendBytes(world, upload);
    expect(await finalize(world, upload)).toMatchObject({ outcome: 'ended', upload: { status } });
    expect(world.store.rows('recording')).toEqual([]);
    expect(announcedFor(world, upload.id)).toEqual([]);
  });

  it('does nothing to one that is completed, and is not found when there is none', async () => {
    const world = make();
    const { upload } = await accepted(world);
    expect(await endUpload(world.ledger, 'acme', upload.id, 'aborted', null)).toMatchObject({ upload: { status: 'completed' } });
    expect(await endUpload(world.ledger, 'other', upload.id, 'aborted', null)).toEqual({ outcome: 'not-found' });
  });

  it('lets one of an abort and a completion at once win, whole', async () => {
    const world = make();
    const upload = await created(world);
    sendBytes(world, upload);
    await Promise.all([finalize(world, upload), endUpload(world.ledger, 'acme', upload.id, 'aborted', null)]);
    const { status } = uploadNow(world, upload.id);
    expect(world.store.rows('recording')).toHaveLength(status === 'completed' ? 1 : 0);
  });
});

describeOnEachStore('the sweep, of an open upload', (make) => {
  it('finishes one whose event was lost', async () => {
    const world = make();
    const upload = await created(world);
    sendBytes(world, upload);
    world.clock.advance(599);
    expect(await sweepDue(world.deps)).toBe(0);
    world.clock.advance(2);
    expect(await sweepDue(world.deps)).toBe(1);
    expect(uploadNow(world, upload.id).status).toBe('completed');
  });

  it('looks again later at one without bytes, and ends it as expired at last', async () => {
    const world = make();
    const upload = await created(world);
    world.clock.advance(601);
    await sweepDue(world.deps);
    expect(uploadNow(world, upload.id).due).toBe('2026-01-01T00:20:01.000Z');
    world.clock.advance(7 * 86_400);
    await sweepDue(world.deps);
    expect(uploadNow(world, upload.id).status).toBe('expired');
    await cleanUpUpload(world.ledger, world.objects, uploadNow(world, upload.id));
    expect((await world.store.get(uploadKey('acme', upload.id)))?.indexes.status).toBeUndefined();
  });

  it('hands an error on and goes on with the rows behind', async () => {
    const world = make();
    const uploads = [await created(world), await created(world), await created(world)];
    for (const upload of uploads) sendBytes(world, upload);
    const poison = uploads[1]?.key;
    const objects = {
      ...world.objects,
      head: async (ref: { key: string }) => (ref.key === poison ? Promise.reject(new Error('403')) : world.objects.head(ref)),
    };
    world.clock.advance(601);
    expect(await sweepDue({ ...world.deps, objects })).toBe(3);
    expect(world.errors).toEqual([new Error('403')]);
    expect(uploads.map(({ id }) => uploadNow(world, id).status)).toEqual(['completed', 'pending', 'completed']);
  });
});
