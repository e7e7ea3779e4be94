import type { Item, LedgerStore, Query, Write } from './ledger-store.ts';

/** The part of the contract about indexes and queries; `current` is the store of the running test and its partition. */
export function registerQueryContract(current: () => { store: LedgerStore; pk: string }): void {
  let store: LedgerStore;
  let pk: string;
  beforeEach(() => {
    ({ store, pk } = current());
  });

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

  describe('indexes', () => {
    const due = (sort: string, shard = '1') => ({ due: { partition: `${pk}#DUE#${shard}`, sort } });
    const dueIn = (shard = '1') => found({ index: 'due', partition: `${pk}#DUE#${shard}`, limit: 10 });

    it('show an item that names them, and no other', async () => {
      await store.write([create(itemOf('A', { indexes: due('1') })), create(itemOf('B'))]);
      expect(await dueIn()).toEqual(['A']);
      expect(await found({ index: 'list', partition: `${pk}#DUE#1`, limit: 10 })).toEqual([]);
    });

    it('move an item within and between partitions when it is written anew', async () => {
      await store.write([
        create(itemOf('A', { indexes: due('1') })),
        create(itemOf('B', { indexes: due('2') })),
      ]);
      await store.write([replace(itemOf('A', { version: 2, indexes: due('3') }), 1)]);
      expect(await dueIn()).toEqual(['B', 'A']);
      await store.write([replace(itemOf('A', { version: 3, indexes: due('3', '2') }), 2)]);
      expect(await dueIn()).toEqual(['B']);
      expect(await dueIn('2')).toEqual(['A']);
    });

    it('show the item as it is now, not as it was when it entered them', async () => {
      await store.write([create(itemOf('A', { indexes: due('1') }))]);
      await store.write([replace(itemOf('A', { version: 2, data: { text: 'b' }, indexes: due('1') }), 1)]);
      const [item] = await store.query({ index: 'due', partition: `${pk}#DUE#1`, limit: 10 });
      expect(item).toEqual(itemOf('A', { version: 2, data: { text: 'b' }, indexes: due('1') }));
    });

    it('lose an item that no longer names them, or is deleted', async () => {
      await store.write([
        create(itemOf('A', { indexes: due('1') })),
        create(itemOf('B', { indexes: due('2') })),
      ]);
      await store.write([
        replace(itemOf('A', { version: 2 }), 1),
        { kind: 'delete', key: keyOf('B'), expect: 1 },
      ]);
      expect(await dueIn()).toEqual([]);
      expect(await stood(['A'])).toEqual([2]);
    });

    it('hold an item in several of them at once', async () => {
      const indexes = {
        ...due('1'),
        changed: { partition: `${pk}#CH`, sort: '9' },
        status: { partition: `${pk}#S`, sort: '5' },
      };
      await store.write([create(itemOf('A', { indexes }))]);
      expect(await dueIn()).toEqual(['A']);
      expect(await found({ index: 'changed', partition: `${pk}#CH`, limit: 10 })).toEqual(['A']);
      expect(await found({ index: 'status', partition: `${pk}#S`, limit: 10 })).toEqual(['A']);
    });

    it('hold items of many partitions of the table', async () => {
      const other = { ...itemOf('A', { indexes: due('2') }), pk: `${pk}#other` };
      await store.write([create(itemOf('A', { indexes: due('1') })), create(other)]);
      const items = await store.query({ index: 'due', partition: `${pk}#DUE#1`, limit: 10 });
      expect(items.map((item) => item.pk)).toEqual([pk, `${pk}#other`]);
    });
  });

  describe.each(['primary', 'list'] as const)('queries of %s', (index) => {
    const partition = () => (index === 'primary' ? pk : `${pk}#LIST`);
    const ask = (query: Partial<Query> = {}) =>
      found({ index, limit: 100, partition: partition(), ...query });
    const fill = (sks: readonly string[]) =>
      store.write(
        sks.map((sk) => create(itemOf(sk, { indexes: { list: { partition: `${pk}#LIST`, sort: sk } } }))),
      );

    it('answer in the order of the sort key, either way', async () => {
      await fill(['b', 'a', 'd', 'c']);
      expect(await ask()).toEqual(['a', 'b', 'c', 'd']);
      expect(await ask({ descending: true })).toEqual(['d', 'c', 'b', 'a']);
    });

    it('include `from` and exclude `before`', async () => {
      await fill(['a', 'b', 'c', 'd']);
      expect(await ask({ from: 'b' })).toEqual(['b', 'c', 'd']);
      expect(await ask({ before: 'c' })).toEqual(['a', 'b']);
      expect(await ask({ from: 'b', before: 'd' })).toEqual(['b', 'c']);
      expect(await ask({ from: 'b', before: 'd', descending: true })).toEqual(['c', 'b']);
      expect(await ask({ from: 'c', before: 'c' })).toEqual([]);
      expect(await ask({ from: 'bb' })).toEqual(['c', 'd']);
    });

    it('answer no more than the limit, from the end they start at', async () => {
      await fill(['a', 'b', 'c', 'd']);
      expect(await ask({ limit: 2 })).toEqual(['a', 'b']);
      expect(await ask({ limit: 2, descending: true })).toEqual(['d', 'c']);
    });

    it('go on behind a sort key when `from` is that key and a NUL', async () => {
      await fill(['a', 'ab', 'b']);
      expect(await ask({ from: 'a\u0000' })).toEqual(['ab', 'b']);
    });

    it('answer nothing for a partition that only begins alike', async () => {
      await fill(['a']);
      expect(await ask({ partition: `${partition()}#` })).toEqual([]);
      expect(await ask({ partition: partition().slice(0, -1) })).toEqual([]);
    });

    it('sort and tell apart strange but legal text by its UTF-8 bytes', async () => {
      const strange = [
        '!',
        '%',
        "'; DROP TABLE item; --",
        '*',
        'A',
        '\\',
        '_',
        'a',
        'a b',
        'a#',
        '~',
        'ä',
        '\uffee',
        '\u{1f600}',
      ];
      await fill([...strange].reverse());
      expect(await ask()).toEqual(strange);
      expect(await ask({ from: '\uffee' })).toEqual(['\uffee', '\u{1f600}']);
      expect(await ask({ before: '\u{1f600}', from: 'ä' })).toEqual(['ä', '\uffee']);
      expect(await stood(strange)).toEqual(strange.map(() => 1));
    });
  });
}
