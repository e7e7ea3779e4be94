import { randomUUID } from 'node:crypto';
import type { Item, LedgerStore, Query, Write } from './ledger-store.ts';
import { registerQueryContract } from './ledger-store-queries.contract.ts';
import { MAX_WRITES, WriteConflict } from './ledger-store.ts';

export interface StoreUnderTest {
  readonly store: LedgerStore;
  dispose(): Promise<void>;
}

/**
 * Registers with jest what every LedgerStore must do. Each test gets a store of its own from `make`; it may be the
 * same table every time, since no two tests share a partition.
 */
export function ledgerStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`ledger store contract: ${name}`, () => {
    let current: StoreUnderTest;
    let store: LedgerStore;
    let pk: string;
    beforeEach(async () => {
      current = await make();
      store = current.store;
      pk = `T#${randomUUID()}`;
    });
    afterEach(() => current.dispose());

    const itemOf = (sk: string, change: Partial<Item> = {}): Item => ({
      pk,
      sk,
      version: 1,
      writer: 'w1',
      indexes: {},
      data: { text: 'a' },
      ...change,
    });
    const keyOf = (sk: string) => ({ pk, sk });
    const create = (item: Item): Write => ({ kind: 'put', item, expect: 'absent' });
    const replace = (item: Item, expect: number): Write => ({ kind: 'put', item, expect });
    const found = async (query: Omit<Query, 'partition'> & { partition?: string }) => {
      const items = await store.query({ partition: pk, ...query });
      return items.map(({ sk }) => sk);
    };
    const stood = async (sks: readonly string[]) => {
      const items = await Promise.all(sks.map((sk) => store.get(keyOf(sk))));
      return items.map((item) => item?.version ?? null);
    };

    describe('get', () => {
      it('answers null for an item that was never written', async () => {
        expect(await store.get(keyOf('A'))).toBeNull();
      });

      it('answers the whole item as it was written', async () => {
        const data = {
          text: 'ä\u0000"\n',
          none: null,
          list: [1, 2.5, -0.125, { deep: [] }],
          yes: true,
          empty: {},
        };
        const indexes = {
          due: { partition: `${pk}#DUE`, sort: '2026#A' },
          list: { partition: `${pk}#L`, sort: 'x' },
        };
        const item = itemOf('A', { version: 1, writer: 'w9', expiresAt: 4_102_444_800, indexes, data });
        await store.write([create(item)]);
        expect(await store.get(keyOf('A'))).toEqual(item);
      });

      it('keeps every integer up to 2^53 - 1 exactly', async () => {
        await store.write([create(itemOf('A', { data: { n: Number.MAX_SAFE_INTEGER } }))]);
        expect((await store.get(keyOf('A')))?.data).toEqual({ n: Number.MAX_SAFE_INTEGER });
      });

      it('does not tell an item of another partition with the same sort key', async () => {
        await store.write([create(itemOf('A'))]);
        expect(await store.get({ pk: `${pk}#other`, sk: 'A' })).toBeNull();
      });
    });

    describe('conditions', () => {
      it('creates an item that is expected absent, once', async () => {
        await store.write([create(itemOf('A'))]);
        const again = store.write([create(itemOf('A', { writer: 'w2' }))]);
        await expect(again).rejects.toMatchObject({ code: 'write-conflict', key: keyOf('A') });
        expect((await store.get(keyOf('A')))?.writer).toBe('w1');
      });

      it('replaces an item of exactly the expected version', async () => {
        await store.write([create(itemOf('A'))]);
        await store.write([replace(itemOf('A', { version: 2, data: { text: 'b' } }), 1)]);
        expect(await store.get(keyOf('A'))).toEqual(itemOf('A', { version: 2, data: { text: 'b' } }));
      });

      it.each([0, 2, 3])('refuses to replace version 1 when version %d is expected', async (expected) => {
        await store.write([create(itemOf('A'))]);
        const write = store.write([replace(itemOf('A', { version: 9 }), expected)]);
        await expect(write).rejects.toBeInstanceOf(WriteConflict);
        expect(await stood(['A'])).toEqual([1]);
      });

      it('refuses to replace or delete an item that is not there', async () => {
        await expect(store.write([replace(itemOf('A', { version: 2 }), 1)])).rejects.toBeInstanceOf(
          WriteConflict,
        );
        const gone: Write = { kind: 'delete', key: keyOf('A'), expect: 1 };
        await expect(store.write([gone])).rejects.toBeInstanceOf(WriteConflict);
        expect(await stood(['A'])).toEqual([null]);
      });

      it('deletes an item of the expected version only', async () => {
        await store.write([create(itemOf('A'))]);
        const wrong: Write = { kind: 'delete', key: keyOf('A'), expect: 2 };
        await expect(store.write([wrong])).rejects.toBeInstanceOf(WriteConflict);
        await store.write([{ kind: 'delete', key: keyOf('A'), expect: 1 }]);
        expect(await stood(['A'])).toEqual([null]);
      });

      it('takes a deleted item for absent', async () => {
        await store.write([create(itemOf('A'))]);
        await store.write([{ kind: 'delete', key: keyOf('A'), expect: 1 }]);
        await store.write([create(itemOf('A', { writer: 'w2' }))]);
        expect((await store.get(keyOf('A')))?.writer).toBe('w2');
      });

      it('lets a check that holds pass without changing the item', async () => {
        await store.write([create(itemOf('A'))]);
        await store.write([
          { kind: 'check', key: keyOf('A'), expect: 1 },
          { kind: 'check', key: keyOf('B'), expect: 'absent' },
          create(itemOf('C')),
        ]);
        expect(await stood(['A', 'B', 'C'])).toEqual([1, null, 1]);
      });

      it.each([
        ['an item is there that is expected absent', 'absent' as const, 'A'],
        ['an item has another version', 7, 'A'],
        ['an item is not there', 1, 'B'],
      ])('refuses the other writes when a check finds that %s', async (_, expect_, sk) => {
        await store.write([create(itemOf('A'))]);
        const writes: Write[] = [create(itemOf('C')), { kind: 'check', key: keyOf(sk), expect: expect_ }];
        await expect(store.write(writes)).rejects.toMatchObject({ code: 'write-conflict', key: keyOf(sk) });
        expect(await stood(['C'])).toEqual([null]);
      });

      it('lets exactly one of two writers win that read the same version', async () => {
        await store.write([create(itemOf('A'))]);
        const outcomes = await Promise.allSettled(
          ['w2', 'w3'].map((writer) => store.write([replace(itemOf('A', { version: 2, writer }), 1)])),
        );
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        const winner = outcomes[0]?.status === 'fulfilled' ? 'w2' : 'w3';
        expect(await store.get(keyOf('A'))).toMatchObject({ version: 2, writer: winner });
      });

      it('loses no increment of writers that read, write and try again at once', async () => {
        await store.write([create(itemOf('A', { data: { n: 0 } }))]);
        const increment = async (): Promise<void> => {
          const item = (await store.get(keyOf('A'))) as Item<{ n: number }>;
          try {
            await store.write([
              replace({ ...item, version: item.version + 1, data: { n: item.data.n + 1 } }, item.version),
            ]);
          } catch (error) {
            if (!(error instanceof WriteConflict)) throw error;
            await increment();
          }
        };
        await Promise.all(Array.from({ length: 8 }, increment));
        expect(await store.get(keyOf('A'))).toMatchObject({ version: 9, data: { n: 8 } });
      });
    });

    describe('transactions', () => {
      it('carry out puts, deletes and checks together', async () => {
        await store.write([create(itemOf('A')), create(itemOf('B')), create(itemOf('C'))]);
        await store.write([
          replace(itemOf('A', { version: 2 }), 1),
          { kind: 'delete', key: keyOf('B'), expect: 1 },
          { kind: 'check', key: keyOf('C'), expect: 1 },
          create(itemOf('D')),
        ]);
        expect(await stood(['A', 'B', 'C', 'D'])).toEqual([2, null, 1, 1]);
      });

      it('leave nothing behind when the last of their writes is refused', async () => {
        await store.write([
          create(itemOf('A', { indexes: { due: { partition: `${pk}#DUE`, sort: '1' } } })),
          create(itemOf('B')),
        ]);
        const writes: Write[] = [
          replace(itemOf('A', { version: 2, indexes: { due: { partition: `${pk}#DUE`, sort: '2' } } }), 1),
          { kind: 'delete', key: keyOf('B'), expect: 1 },
          create(itemOf('C')),
          replace(itemOf('Z', { version: 2 }), 1),
        ];
        await expect(store.write(writes)).rejects.toMatchObject({ code: 'write-conflict', key: keyOf('Z') });
        expect(await stood(['A', 'B', 'C', 'Z'])).toEqual([1, 1, null, null]);
        const due = await store.query({ index: 'due', partition: `${pk}#DUE`, limit: 10 });
        expect(due.map(({ indexes }) => indexes.due?.sort)).toEqual(['1']);
      });

      it('do not fail with another that is refused at the same time', async () => {
        await store.write([create(itemOf('C'))]);
        const outcomes = await Promise.allSettled(
          ['A', 'B', 'C', 'D', 'C', 'E'].map((sk) =>
            store.write([create(itemOf(`${sk}+`)), create(itemOf(sk))]),
          ),
        );
        const refused = outcomes.map(({ status }) => status === 'rejected');
        expect(refused).toEqual([false, false, true, false, true, false]);
        expect(await found({ index: 'primary', limit: 20 })).toEqual([
          'A',
          'A+',
          'B',
          'B+',
          'C',
          'D',
          'D+',
          'E',
          'E+',
        ]);
      });

      it(`take ${MAX_WRITES} writes`, async () => {
        const sks = Array.from({ length: MAX_WRITES }, (_, index) => `I${String(index).padStart(3, '0')}`);
        await store.write(sks.map((sk) => create(itemOf(sk))));
        expect(await found({ index: 'primary', limit: 200 })).toEqual(sks);
      });

      it(`refuse ${MAX_WRITES + 1} writes, and write none of them`, async () => {
        const writes = Array.from({ length: MAX_WRITES + 1 }, (_, index) => create(itemOf(`I${index}`)));
        await expect(store.write(writes)).rejects.toBeInstanceOf(RangeError);
        expect(await found({ index: 'primary', limit: 200 })).toEqual([]);
      });

      it('refuse two writes on one item, and write none of them', async () => {
        const writes: Write[] = [create(itemOf('A')), { kind: 'check', key: keyOf('A'), expect: 'absent' }];
        await expect(store.write(writes)).rejects.toBeInstanceOf(RangeError);
        expect(await stood(['A'])).toEqual([null]);
      });
    });

    describe('items', () => {
      it('are copied in: changing what was written changes nothing', async () => {
        const item = itemOf('A', { data: { list: [1] } });
        await store.write([create(item)]);
        (item.data as { list: number[] }).list.push(2);
        expect((await store.get(keyOf('A')))?.data).toEqual({ list: [1] });
      });

      it('are taken as they are when the write begins, whatever becomes of them until it ends', async () => {
        const item = itemOf('A', { data: { list: [1] } });
        const writing = store.write([create(item)]);
        (item.data as { list: number[] }).list.push(2);
        await writing;
        expect((await store.get(keyOf('A')))?.data).toEqual({ list: [1] });
      });

      it('are copied out: changing what was read changes nothing', async () => {
        await store.write([create(itemOf('A', { data: { list: [1] } }))]);
        const [queried] = await store.query({ index: 'primary', partition: pk, limit: 1 });
        const read = await store.get(keyOf('A'));
        for (const copy of [queried, read]) (copy?.data as { list: number[] }).list.push(2);
        expect((await store.get(keyOf('A')))?.data).toEqual({ list: [1] });
      });
    });

    registerQueryContract(() => ({ store, pk }));
  });
}
