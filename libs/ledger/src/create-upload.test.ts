import { createUpload, findContent } from './create-upload.ts';
import { cleanUpUpload } from './clean-up-upload.ts';
import { requestDeletion } from './delete-recording.ts';
import { endUpload } from './end-upload.ts';
import { countSeenEvent } from './seen-event.ts';
import { accepted, created, newUpload, recordingNow, sendBytes, uploadNow } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';
import { touchUpload } from './touch-upload.ts';

describeOnEachStore('creating an upload', (make) => {
  it('writes it pending, due before it expires, under ids that follow from its own', async () => {
    const world = make();
    const input = newUpload(world, { uploadId: 'upl_00000000000000000000000042', tenant: 'acme' });
    const answer = await createUpload(world.ledger, input);
    expect(answer).toMatchObject({ outcome: 'created', version: 1 });
    const upload = uploadNow(world, input.uploadId);
    expect(answer).toMatchObject({ upload });
    expect(upload).toMatchObject({
      status: 'pending',
      recordingId: 'rec_00000000000000000000000042',
      key: 'source/acme/upl_00000000000000000000000042/source.edf',
      due: '2026-01-01T00:10:00.000Z',
      expiresAt: '2026-01-08T00:00:00.000Z',
    });
    expect(upload.jobId).toMatch(/^job_0000000000[0-9A-HJKMNP-TV-Z]{16}$/);
  });

  it('answers the same upload when the same request comes again', async () => {
    const world = make();
    const input = newUpload(world);
    await createUpload(world.ledger, input);
    const again = await createUpload(world.ledger, { ...input, uploadId: 'upl_0000000000000000000000ZZZZ' });
    expect(again).toMatchObject({ outcome: 'replayed', upload: { id: input.uploadId } });
    expect(world.store.rows('upload')).toHaveLength(1);
  });

  it('replays the upload as it is by now, also when it has ended', async () => {
    const world = make();
    const input = newUpload(world);
    await createUpload(world.ledger, input);
    await endUpload(world.ledger, input.tenant, input.uploadId, 'aborted', null);
    expect(await createUpload(world.ledger, input)).toMatchObject({
      outcome: 'replayed',
      upload: { status: 'aborted' },
      version: 2,
    });
  });

  it('refuses another request under a key that was used', async () => {
    const world = make();
    const input = newUpload(world);
    await createUpload(world.ledger, input);
    const other = { ...input, uploadId: 'upl_0000000000000000000000ZZZZ', requestHash: 'other' };
    expect(await createUpload(world.ledger, other)).toEqual({ outcome: 'key-reused' });
    expect(world.store.rows('upload')).toHaveLength(1);
  });

  it('lets two tenants use the same key', async () => {
    const world = make();
    const input = newUpload(world, { tenant: 'acme' });
    await createUpload(world.ledger, input);
    const other = newUpload(world, { tenant: 'beta', keyHash: input.keyHash });
    expect(await createUpload(world.ledger, other)).toMatchObject({ outcome: 'created' });
  });

  it('makes one upload of two requests at once', async () => {
    const world = make();
    const input = newUpload(world);
    const answers = await Promise.all(
      ['A', 'B'].map((end) =>
        createUpload(world.ledger, { ...input, uploadId: `upl_000000000000000000000ZZZZ${end}` }),
      ),
    );
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['created', 'replayed']);
    const ids = answers.map((answer) => (answer.outcome === 'key-reused' ? null : answer.upload.id));
    expect(new Set(ids).size).toBe(1);
    expect(world.store.rows('upload')).toHaveLength(1);
  });
});

describeOnEachStore('touching an upload', (make) => {
  it('puts its check off, and never behind its expiry', async () => {
    const world = make();
    const upload = await created(world);
    world.clock.advance(300);
    expect(await touchUpload(world.ledger, 'acme', upload.id)).toMatchObject({
      upload: { status: 'uploading', due: '2026-01-01T00:15:00.000Z' },
      version: 2,
    });
    world.clock.advance(7 * 86_400 - 301);
    expect(await touchUpload(world.ledger, 'acme', upload.id)).toMatchObject({
      upload: { due: upload.expiresAt },
    });
  });

  it('changes nothing of an upload that has ended, and answers null for none', async () => {
    const world = make();
    const { upload } = await accepted(world);
    expect(await touchUpload(world.ledger, 'acme', upload.id)).toEqual({ upload, version: 2 });
    expect(await touchUpload(world.ledger, 'other', upload.id)).toBeNull();
  });
});

describeOnEachStore('the bytes of an upload that became no recording', (make) => {
  it('are deleted at once, and once more when nothing signed for them can be alive', async () => {
    const world = make();
    const upload = await created(world);
    sendBytes(world, upload);
    await endUpload(world.ledger, 'acme', upload.id, 'aborted', null);
    await cleanUpUpload(world.ledger, world.objects, uploadNow(world, upload.id));
    expect(world.objects.keys('source/')).toEqual([]);
    expect(uploadNow(world, upload.id)).toMatchObject({
      sealedFileName: null,
      due: '2026-01-01T00:15:00.000Z',
    });
    sendBytes(world, upload);
    world.clock.advance(900);
    await cleanUpUpload(world.ledger, world.objects, uploadNow(world, upload.id));
    expect(world.objects.keys('source/')).toEqual([]);
    expect(uploadNow(world, upload.id)).toMatchObject({ due: null, cleanedAt: '2026-01-01T00:00:00.000Z' });
  });

  it.each([0, 3_600])(
    'are due a second time also when two sweeps, %d s apart, do the first at once',
    async (ahead) => {
      const world = make();
      const clock = () => new Date(world.clock.now().getTime() + ahead * 1000);
      const upload = await created(world);
      await endUpload(world.ledger, 'acme', upload.id, 'aborted', null);
      const seen = uploadNow(world, upload.id);
      await cleanUpUpload(world.ledger, world.objects, seen);
      await cleanUpUpload({ ...world.ledger, clock }, world.objects, seen);
      expect(uploadNow(world, upload.id).due).toBe('2026-01-01T00:15:00.000Z');
    },
  );
});

describeOnEachStore('the recording that holds some bytes', (make) => {
  it('is found by content id within its tenant, while it is available', async () => {
    const world = make();
    const { recordingId, tenant } = await accepted(world);
    const { contentId } = recordingNow(world, recordingId).source;
    expect((await findContent(world.ledger, tenant, contentId))?.id).toBe(recordingId);
    expect(await findContent(world.ledger, 'other', contentId)).toBeNull();
    expect(await findContent(world.ledger, tenant, 'unknown')).toBeNull();
    await requestDeletion(world.ledger, tenant, recordingId);
    expect(await findContent(world.ledger, tenant, contentId)).toBeNull();
  });
});

describeOnEachStore('an event about an object version', (make) => {
  it('is counted each time, also by two at once', async () => {
    const world = make();
    expect(await countSeenEvent(world.ledger, 'k', 'v1')).toBe(1);
    const counts = await Promise.all([1, 2].map(() => countSeenEvent(world.ledger, 'k', 'v1')));
    expect(counts.sort()).toEqual([2, 3]);
    expect(await countSeenEvent(world.ledger, 'k', 'v2')).toBe(1);
    expect(world.store.items().map(({ expiresAt }) => expiresAt)).toEqual([1_769_817_600, 1_769_817_600]);
  });
});
