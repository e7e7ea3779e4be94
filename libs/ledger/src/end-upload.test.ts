import { cleanUpUpload } from './clean-up-upload.ts';
import { endUpload } from './end-upload.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { uploadKey } from './keys.ts';
import type { LedgerStore } from './ledger-store.ts';
import { sweepDue } from './sweep-due.ts';
import { accepted, announcedFor, created, sendBytes, uploadNow } from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';
import type { UploadRow } from './rows.ts';

const finalize = (world: World, { tenant, id }: UploadRow, complete = true) =>
  finalizeUpload(world.deps, tenant, id, complete);

describeOnEachStore('ending an upload', (make) => {
  it.each(['aborted', 'expired'] as const)(
    'as %s stands: a late completion changes nothing',
    async (status) => {
      const world = make();
      const upload = await created(world);
      await endUpload(world.ledger, 'acme', upload.id, status, null);
      sendBytes(world, upload);
      expect(await finalize(world, upload)).toMatchObject({ outcome: 'ended', upload: { status } });
      expect(world.store.rows('recording')).toEqual([]);
      expect(announcedFor(world, upload.id)).toEqual([]);
    },
  );

  it('does nothing to one that is completed, and is not found when there is none', async () => {
    const world = make();
    const { upload } = await accepted(world);
    expect(await endUpload(world.ledger, 'acme', upload.id, 'aborted', null)).toMatchObject({
      upload: { status: 'completed' },
    });
    expect(await endUpload(world.ledger, 'other', upload.id, 'aborted', null)).toEqual({
      outcome: 'not-found',
    });
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
      head: async (ref: { key: string }) =>
        ref.key === poison ? Promise.reject(new Error('403')) : world.objects.head(ref),
    };
    world.clock.advance(601);
    expect(await sweepDue({ ...world.deps, objects })).toBe(3);
    expect(world.errors).toEqual([new Error('403')]);
    expect(uploads.map(({ id }) => uploadNow(world, id).status)).toEqual([
      'completed',
      'pending',
      'completed',
    ]);
  });

  it('ends what is due although no other part of the index can be read, and tells of that', async () => {
    const world = make();
    const upload = await created(world);
    const due = (await world.store.get(uploadKey('acme', upload.id)))?.indexes.due;
    const throttled = new Error('throttled');
    const query: LedgerStore['query'] = async (asked, signal) => {
      if (asked.index === 'due' && asked.partition !== due?.partition) throw throttled;
      return world.store.query(asked, signal);
    };
    const ledger = { ...world.ledger, store: { ...world.ledger.store, query } };
    world.clock.advance(8 * 86_400);

    await expect(sweepDue({ ...world.deps, ledger })).rejects.toBe(throttled);
    expect(uploadNow(world, upload.id).status).toBe('expired');
  });
});
