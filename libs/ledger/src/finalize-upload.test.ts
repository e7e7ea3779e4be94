import { requestDeletion } from './delete-recording.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { sweepDue } from './sweep-due.ts';
import { contentIdFor } from './test-support/memory-objects.ts';
import {
  accepted,
  announcedFor,
  created,
  jobNow,
  MiB,
  rangeNow,
  recordingNow,
  sendBytes,
  uploadNow,
} from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';
import type { UploadRow } from './rows.ts';

const finalize = (world: World, { tenant, id }: UploadRow, complete = true) =>
  finalizeUpload(world.deps, tenant, id, complete);

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
      source: {
        key: upload.key,
        versionId: 'v1',
        byteLength: 1_000,
        contentId: contentIdFor(upload.id, 1_000),
      },
    });
    expect(jobNow(world, jobId)).toMatchObject({
      status: 'queued',
      phase: 'backlog',
      pool: 'small',
      dispatch: 0,
    });
    expect(rangeNow(world, jobId)).toMatchObject({
      epoch: 0,
      owner: null,
      progress: { stage: 'waiting', totalBytes: 1_000 },
    });
    expect(announcedFor(world, upload.id)).toEqual(['upload.completed']);
  });

  it('is incomplete while the one PUT has not arrived', async () => {
    const world = make();
    const upload = await created(world);
    expect(await finalize(world, upload)).toMatchObject({
      outcome: 'incomplete',
      missingParts: [1],
      version: 1,
    });
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
    expect(uploadNow(world, upload.id)).toMatchObject({
      status: 'verifying',
      due: '2026-01-01T00:00:30.000Z',
    });
    world.clock.advance(31);
    await sweepDue(world.deps);
    expect(uploadNow(world, upload.id).status).toBe('completed');
  });

  it.each([
    ['size-mismatch', { byteLength: 1_000 }, 999],
    ['checksum-mismatch', { byteLength: 1_000, declaredContentId: 'declared' }, 1_000],
  ] as const)('rejects with %s, and deletes the bytes twice', async (rejection, change, arrived) => {
    const world = make();
    const upload = await created(world, change);
    world.objects.put(upload.key, arrived, 'x');
    expect(await finalize(world, upload)).toMatchObject({
      outcome: 'ended',
      upload: { status: 'rejected', rejection },
    });
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
    expect(await finalize(world, upload)).toMatchObject({
      upload: { status: 'rejected', rejection: 'object-missing' },
    });
  });

  it('makes one job when the event, the client and the sweep come at once', async () => {
    const world = make();
    const upload = await created(world, { byteLength: 66 * MiB });
    sendBytes(world, upload);
    await finalizeUpload(world.deps, 'acme', upload.id, false);
    world.clock.advance(601);
    await Promise.all([
      finalize(world, upload),
      finalize(world, upload),
      finalize(world, upload, false),
      sweepDue(world.deps),
    ]);
    expect(world.errors).toEqual([]);
    expect(await finalize(world, upload)).toMatchObject({
      outcome: 'ended',
      upload: { status: 'completed' },
    });
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
    expect(uploadNow(world, second.upload.id)).toMatchObject({ due: null, sealedFileName: null });
  });

  it('makes two recordings of the same bytes for two tenants', async () => {
    const world = make();
    const recordings = [await accepted(world, {}, 'same'), await accepted(world, { tenant: 'beta' }, 'same')];
    expect(world.store.rows('recording').map(({ id }) => id)).toEqual(
      recordings.map(({ recordingId }) => recordingId),
    );
  });

  it('makes one recording of the same bytes sent in three uploads at once', async () => {
    const world = make();
    const uploads = [await created(world), await created(world), await created(world)];
    for (const upload of uploads) sendBytes(world, upload, 'same');
    await Promise.all(uploads.map((upload) => finalize(world, upload)));
    const [recording] = world.store.rows('recording');
    expect(world.store.rows('recording')).toHaveLength(1);
    const duplicates = world.store
      .rows('upload')
      .filter(({ duplicateOf }) => duplicateOf?.recordingId === recording?.id);
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
