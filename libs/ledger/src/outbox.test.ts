import { endUpload } from './end-upload.ts';
import { relayOutbox } from './outbox.ts';
import { WriteConflict } from './ledger-store.ts';
import { accepted, created } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';
import type { OutboxRow } from './rows.ts';

describeOnEachStore('the outbox', (make) => {
  it('tells each entry once, and forgets it', async () => {
    const world = make();
    const uploads = [await accepted(world), await accepted(world), await accepted(world)];
    const told: OutboxRow[] = [];
    const deliver = async (entry: OutboxRow) => void told.push(entry);
    expect(await relayOutbox(world.ledger, deliver)).toBe(3);
    expect(await relayOutbox(world.ledger, deliver)).toBe(0);
    expect(told.map(({ objectId }) => objectId).sort()).toEqual(
      uploads.map(({ upload }) => upload.id).sort(),
    );
    expect(told[0]).toMatchObject({ type: 'upload.completed', tenant: 'acme' });
    expect(world.store.rows('outbox')).toEqual([]);
  });

  it('keeps an entry whose delivery failed, and tells it again', async () => {
    const world = make();
    await accepted(world);
    await expect(relayOutbox(world.ledger, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(world.store.rows('outbox')).toHaveLength(1);
    expect(await relayOutbox(world.ledger, async () => {})).toBe(1);
  });

  it('tells what stands behind an entry that can never be told', async () => {
    const world = make();
    for (let index = 0; index < 12; index++) await accepted(world);
    const [stuck] = world.store.rows('outbox') as OutboxRow[];
    const told: string[] = [];
    const deliver = async ({ id }: OutboxRow) => {
      if (id === stuck?.id) throw new Error('too long');
      told.push(id);
    };
    await expect(relayOutbox(world.ledger, deliver)).rejects.toThrow('too long');
    expect(told).toHaveLength(11);
    expect(world.store.rows('outbox')).toHaveLength(1);
  });

  it('does not tell again what was told before a delivery failed', async () => {
    const world = make();
    for (let index = 0; index < 12; index++) await accepted(world);
    const told: string[] = [];
    const failsOnce = async ({ id }: OutboxRow) => {
      if (told.length === 9 && !told.includes('failed')) {
        told.push('failed');
        throw new Error('down');
      }
      told.push(id);
    };
    await expect(relayOutbox(world.ledger, failsOnce)).rejects.toThrow('down');
    await relayOutbox(world.ledger, failsOnce);
    expect(told).toHaveLength(13);
    expect(new Set(told).size).toBe(13);
  });

  it('tells an entry again when it could not be forgotten', async () => {
    const world = make();
    await accepted(world);
    const told: string[] = [];
    const deliver = async ({ id }: OutboxRow) => void told.push(id);
    const store = { ...world.ledger.store, write: () => Promise.reject(new Error('cut')) };
    await expect(relayOutbox({ ...world.ledger, store }, deliver)).rejects.toThrow('cut');
    await relayOutbox(world.ledger, deliver);
    expect(told).toHaveLength(2);
    expect(new Set(told).size).toBe(1);
  });

  it('is emptied by two relays at once without an error', async () => {
    const world = make();
    for (let index = 0; index < 10; index++) await accepted(world);
    const told = new Set<string>();
    const deliver = async ({ id }: OutboxRow) => void told.add(id);
    await Promise.all([relayOutbox(world.ledger, deliver), relayOutbox(world.ledger, deliver)]);
    expect(told.size).toBe(10);
    expect(world.store.rows('outbox')).toEqual([]);
  });

  it('has nothing to tell of an upload that was refused by a conflict', async () => {
    const world = make();
    const { id } = await created(world);
    const store = {
      ...world.ledger.store,
      write: () => Promise.reject(new WriteConflict({ pk: 'x', sk: 'x' })),
    };
    const ending = endUpload({ ...world.ledger, store }, 'acme', id, 'rejected', 'size-mismatch');
    await expect(ending).rejects.toBeInstanceOf(WriteConflict);
    expect(await relayOutbox(world.ledger, async () => {})).toBe(0);
  });
});
