import { StoreUnavailable } from '@edf-pipeline/ledger';
import { createLookNotes, shownRange } from './note-look.ts';
import type { World } from './test-support/world.ts';
import { audited, createWorld, uploaded } from './test-support/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** The world's gateway keeps no memory of looks; this one does. */
const summing = () => createLookNotes(world.ledger, 3);
const look = {
  tenant: 'acme',
  subject: 'user-1',
  action: 'recording.read',
  objectId: 'rec_1',
  from: '::1',
} as const;
const never = AbortSignal.any([]);
const actions = async () => (await audited(world)).map(({ action, objectId }) => `${action} ${objectId}`);

describe('a look', () => {
  it('that is repeated within a while is noted once, and again after it', async () => {
    const { note } = summing();
    await note(look, 60, never);
    world.clock.advance(59);
    await note(look, 60, never);
    expect(await actions()).toHaveLength(1);
    world.clock.advance(1);
    await note(look, 60, never);
    expect(await actions()).toHaveLength(2);
  });

  it.each([
    { objectId: 'rec_2' },
    { subject: 'user-2' },
    { from: '::2' },
    { action: 'recording.list' },
    { tenant: 'other' },
  ] as const)('that differs in %p is another one', async (change) => {
    const { note } = summing();
    await note(look, 60, never);
    await note({ ...look, ...change }, 60, never);
    expect((await audited(world)).length + (await audited(world, 'other')).length).toBe(2);
  });

  it('that could not be noted is not taken for noted', async () => {
    let isSilent = true;
    const store = {
      ...world.ledger.store,
      write: (...args: Parameters<typeof world.ledger.store.write>) =>
        isSilent
          ? Promise.reject(new StoreUnavailable('store-unavailable', ''))
          : world.ledger.store.write(...args),
    };
    const { note } = createLookNotes({ ...world.ledger, store });
    await expect(note(look, 60, never)).rejects.toBeInstanceOf(StoreUnavailable);
    isSilent = false;
    await note(look, 60, never);
    expect(await actions()).toHaveLength(1);
  });

  it('is forgotten when there are too many, which costs a record and loses none', async () => {
    const { note } = summing();
    for (const objectId of ['rec_1', 'rec_2', 'rec_3', 'rec_4', 'rec_1'])
      await note({ ...look, objectId }, 60, never);
    expect(await actions()).toHaveLength(5);
  });
});

describe('every route that tells of recordings', () => {
  it('leaves a record of it', async () => {
    const upload = await uploaded(world);
    const asks: [string, string, string][] = [
      ['GET', '/v1/recordings', `recording.list ${upload.recordingId}`],
      ['GET', `/v1/recordings/${upload.recordingId}`, `recording.read ${upload.recordingId}`],
      ['POST', `/v1/recordings/${upload.recordingId}/download`, `recording.download ${upload.recordingId}`],
      ['GET', '/v1/uploads', `upload.list ${upload.id}`],
      ['GET', '/v1/events', 'recording.watch events'],
      ['POST', `/v1/jobs/${upload.jobId}/cancel`, `job.cancel ${upload.jobId}`],
      ['POST', `/v1/jobs/${upload.jobId}/retry`, `job.retry ${upload.jobId}`],
      ['DELETE', `/v1/recordings/${upload.recordingId}`, `recording.delete ${upload.recordingId}`],
      ['GET', '/v1/audit', 'audit.read audit'],
    ];
    for (const [method, path, record] of asks) {
      const before = await actions();
      expect((await world.ask(method, path)).status).toBeLessThan(300);
      expect((await actions()).filter((each) => !before.includes(each))).toEqual([record]);
      world.clock.advance(0.001);
    }
  });
});

describe('what a list showed', () => {
  it('is told by its ends', () => {
    const rows = (...ids: string[]) => ids.map((id) => ({ row: { id } }));
    expect([shownRange(rows()), shownRange(rows('c')), shownRange(rows('c', 'b', 'a'))]).toEqual([
      'none',
      'c',
      'c..a',
    ]);
  });
});
