import { randomBytes } from 'node:crypto';
import { ledgerStoreContract } from '../ledger-store.contract.ts';
import type { Item, LedgerStore, Query, Write } from '../ledger-store.ts';
import { seededRandom } from '../test-support/random.ts';
import { createDynamodbLedgerStore } from './dynamodb-store.ts';
import type { DynamodbLedgerStoreOptions } from './dynamodb-store.ts';
import type { DocumentedDynamodb, Fault } from './test-support/documented-dynamodb.ts';
import { createDocumentedDynamodb } from './test-support/documented-dynamodb.ts';

const { jest } = import.meta;

const itemOf = (sk: string, change: Partial<Item> = {}): Item => ({
  pk: 'P',
  sk,
  version: 1,
  writer: 'w1',
  indexes: {},
  data: {},
  ...change,
});
const create = (item: Item): Write => ({ kind: 'put', item, expect: 'absent' });
/** Text that no packing makes much shorter: six bits a character. */
const noise = (length: number) => randomBytes((length * 3) / 4).toString('base64');
const inDue = (sort: string) => ({ indexes: { due: { partition: 'DUE#1', sort } } });

ledgerStoreContract('DynamoDB as documented: small pages, unprocessed keys, refusals that pass', async () => {
  const dynamodb = createDocumentedDynamodb();
  dynamodb.pageSize = 3;
  dynamodb.batchShare = 2;
  const random = seededRandom(1);
  const passing = ['throttled', 'transaction-conflict', 'clock-skew'] as const;
  const client = {
    send: (...call: unknown[]) => {
      if (random() < 0.3) dynamodb.next(passing[Math.floor(random() * 3)] ?? 'throttled');
      return (dynamodb.client.send as (...args: unknown[]) => unknown)(...call);
    },
  } as DynamodbLedgerStoreOptions['client'];
  const store = createDynamodbLedgerStore({ client, tableName: 't', random, sleep: async () => {} });
  return { store, dispose: async () => {} };
});

describe('the DynamoDB store', () => {
  let dynamodb: DocumentedDynamodb;
  let store: LedgerStore;
  let waits: number[];
  let now: number;
  beforeEach(() => {
    dynamodb = createDocumentedDynamodb();
    waits = [];
    now = 0;
    store = createDynamodbLedgerStore({
      client: dynamodb.client,
      tableName: 'ledger',
      limits: { requestMs: 20, firstRequestMs: 20, budgetMs: 1_000, firstWaitMs: 25, longestWaitMs: 200 },
      random: () => 0.5,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
      },
      monotonicMs: () => now,
    });
  });
  const query = (change: Partial<Query> = {}) =>
    store.query({ index: 'due', partition: 'DUE#1', limit: 100, ...change });
  const namesOf = (items: readonly Item[]) => items.map(({ sk }) => sk);
  const requestNames = () => dynamodb.requests.map(({ name }) => name);
  const repeat = (fault: Fault, times: number) => Array.from({ length: times }, () => fault);

  describe('waits out what passes', () => {
    it.each(['throttled', 'transaction-conflict', 'clock-skew'] as const)(
      'when a lone write, a transaction and a read are refused (%s)',
      async (fault) => {
        dynamodb.next(fault, fault);
        await store.write([create(itemOf('A'))]);
        dynamodb.next(fault, fault);
        await store.write([create(itemOf('B')), create(itemOf('C'))]);
        dynamodb.next(fault);
        expect(await store.get({ pk: 'P', sk: 'C' })).toEqual(itemOf('C'));
        expect(dynamodb.requests).toHaveLength(3 + 3 + 2);
      },
    );

    it('longer each time, up to a limit, by a random share', async () => {
      dynamodb.next(...repeat('throttled', 6));
      await store.get({ pk: 'P', sk: 'A' });
      expect(waits).toEqual([12.5, 25, 50, 100, 100, 100]);
    });

    it('no longer than the budget, and says so as a store that does not answer', async () => {
      dynamodb.next(...repeat('throttled', 1_000));
      const reading = store.get({ pk: 'P', sk: 'A' });
      await expect(reading).rejects.toMatchObject({
        name: 'StoreUnavailable',
        code: 'store-unavailable',
        cause: { name: 'ProvisionedThroughputExceededException' },
      });
      expect(now).toBeLessThanOrEqual(1_000);
      expect(now).toBeGreaterThan(800);
    });

    it('until it is told to stop', async () => {
      const stop = new AbortController();
      dynamodb.next(...repeat('throttled', 1_000));
      store = createDynamodbLedgerStore({
        client: dynamodb.client,
        tableName: 'ledger',
        sleep: async () => stop.abort(new Error('shutting down')),
      });
      await expect(store.get({ pk: 'P', sk: 'A' }, stop.signal)).rejects.toThrow('shutting down');
      expect(dynamodb.requests).toHaveLength(1);
    });
  });

  describe('when the answer to a lone write is lost', () => {
    it.each([
      ['lost-response', 1],
      ['internal-error-after', 1],
      ['lost-request', null],
      ['internal-error', null],
    ] as const)('says that nobody knows, and does not send it again (%s)', async (fault, version) => {
      dynamodb.next(fault);
      await expect(store.write([create(itemOf('A'))])).rejects.toMatchObject({ code: 'store-unavailable' });
      expect(requestNames()).toEqual(['PutItemCommand']);
      expect((await store.get({ pk: 'P', sk: 'A' }))?.version ?? null).toBe(version);
    });

    it('says the same of a deletion', async () => {
      await store.write([create(itemOf('A'))]);
      dynamodb.next('lost-response');
      const deleting = store.write([{ kind: 'delete', key: { pk: 'P', sk: 'A' }, expect: 1 }]);
      await expect(deleting).rejects.toMatchObject({ code: 'store-unavailable' });
    });

    it('gives up on a request without an answer', async () => {
      dynamodb.next('no-answer');
      await expect(store.write([create(itemOf('A'))])).rejects.toMatchObject({
        code: 'store-unavailable',
        cause: { name: 'AbortError' },
      });
    });
  });

  describe('when the answer to a transaction or a read is lost', () => {
    it.each(['lost-response', 'internal-error-after', 'lost-request', 'internal-error'] as const)(
      'sends it again, and it happens once (%s)',
      async (fault) => {
        dynamodb.next(fault, fault);
        await store.write([create(itemOf('A')), create(itemOf('B'))]);
        const tokens = dynamodb.requests.map(({ input }) => input['ClientRequestToken']);
        expect(tokens).toHaveLength(3);
        expect(new Set(tokens).size).toBe(1);
        dynamodb.next(fault);
        expect(namesOf(await query({ index: 'primary', partition: 'P' }))).toEqual(['A', 'B']);
      },
    );

    it('gives every transaction a token of its own', async () => {
      await store.write([create(itemOf('A')), create(itemOf('B'))]);
      await store.write([create(itemOf('C')), create(itemOf('D'))]);
      const tokens = dynamodb.requests.map(({ input }) => input['ClientRequestToken']);
      expect(new Set(tokens).size).toBe(2);
    });

    it('asks again when a read has no answer', async () => {
      dynamodb.next('no-answer');
      expect(await store.get({ pk: 'P', sk: 'A' })).toBeNull();
      expect(dynamodb.requests).toHaveLength(2);
    });

    it('waits little for the first answer, for each later one twice as long, and for a lone write in full', async () => {
      const patience = jest.spyOn(AbortSignal, 'timeout');
      store = createDynamodbLedgerStore({
        client: dynamodb.client,
        tableName: 'ledger',
        limits: { requestMs: 30, firstRequestMs: 5, budgetMs: 1_000, firstWaitMs: 1, longestWaitMs: 1 },
      });
      dynamodb.next('no-answer', 'no-answer', 'no-answer', 'no-answer');
      await store.get({ pk: 'P', sk: 'A' });
      await store.write([create(itemOf('A'))]);
      const waited = patience.mock.calls.map(([milliseconds]) => milliseconds);
      patience.mockRestore();

      expect(waited).toEqual([5, 10, 20, 30, 30, 30]);
    });
  });

  describe('refuses, before anything is sent', () => {
    const refused = async (item: Item, ...others: Item[]) => {
      const error = await store
        .write([create(item), ...others.map(create)])
        .catch((caught: unknown) => caught);
      expect(dynamodb.requests).toEqual([]);
      return error;
    };

    it('an item that is too large, with its size', async () => {
      const error = await refused(itemOf('B', { data: noise(600_000) }), itemOf('A'));
      expect(error).toMatchObject({ code: 'item-too-large', key: { pk: 'P', sk: 'B' } });
      expect((error as { byteLength: number }).byteLength).toBeGreaterThan(409_600);
      expect((error as Error).message).toMatch(/^item P B has \d+ bytes; DynamoDB holds 409600 at most/);
    });

    it.each([
      ['a partition key', { pk: 'p'.repeat(2_049) }],
      ['a sort key', { sk: 'ä'.repeat(513) }],
      ['the sort key of an index', inDue('d'.repeat(1_025))],
      ['the partition key of an index', { indexes: { due: { partition: 'd'.repeat(2_049), sort: 'd' } } }],
      ['an empty key', inDue('')],
    ])('%s that DynamoDB does not take', async (_, change) => {
      expect(await refused(itemOf('A', change))).toMatchObject({ code: 'key-not-storable' });
    });

    it('a transaction of more than 4 MB', async () => {
      const many = Array.from({ length: 12 }, (_, at) => itemOf(`${at}`, { data: noise(500_000) }));
      const [first = itemOf(''), ...others] = many;
      expect(await refused(first, ...others)).toMatchObject({ code: 'transaction-too-large' });
    });

    it('nothing of the largest item and the longest keys there may be', async () => {
      const indexes = { due: { partition: 'd'.repeat(2_048), sort: 'd'.repeat(1_024) } };
      const item = itemOf('s'.repeat(1_024), { pk: 'p'.repeat(2_048), indexes, data: noise(530_000) });
      await store.write([create(item)]);
      expect(await store.get(item)).toEqual(item);
    });
  });

  it.each([
    ['no-table', { code: 'table-missing', tableName: 'ledger' }],
    ['access-denied', { code: 'access-denied', tableName: 'ledger' }],
  ] as const)('says what an operator has to do, and does not try again (%s)', async (fault, expected) => {
    const attempts = [
      () => store.get({ pk: 'P', sk: 'A' }),
      () => store.write([create(itemOf('A'))]),
      () => store.write([create(itemOf('A')), create(itemOf('B'))]),
      () => query(),
    ];
    for (const attempt of attempts) {
      dynamodb.next(fault);
      await expect(attempt()).rejects.toMatchObject({ name: 'LedgerTableUnusable', ...expected });
    }
    expect(dynamodb.requests).toHaveLength(attempts.length);
  });

  describe('queries of an index', () => {
    it('show an item that has changed as it is now, and none that has gone or moved', async () => {
      for (const sk of ['a', 'b', 'c', 'd', 'e']) await store.write([create(itemOf(sk, inDue(sk)))]);
      dynamodb.freezeIndexes();
      const change = (sk: string, indexes: Item['indexes']): Write => ({
        kind: 'put',
        item: itemOf(sk, { version: 2, data: { is: 'new' }, indexes }),
        expect: 1,
      });
      await store.write([
        change('a', inDue('a').indexes),
        change('b', inDue('z').indexes),
        change('c', {}),
        { kind: 'delete', key: { pk: 'P', sk: 'd' }, expect: 1 },
      ]);
      const items = await query();
      expect(namesOf(items)).toEqual(['a', 'e']);
      expect(items[0]).toMatchObject({ version: 2, data: { is: 'new' } });
      expect(namesOf(await query({ limit: 1, from: 'b' }))).toEqual(['e']);
      dynamodb.catchUp();
      expect(namesOf(await query())).toEqual(['a', 'e', 'b']);
    });

    it('go on until there are as many as asked for, through stale entries and short pages', async () => {
      const sks = Array.from({ length: 60 }, (_, at) => String(at).padStart(2, '0'));
      for (const sk of sks) await store.write([create(itemOf(sk, inDue(sk)))]);
      dynamodb.freezeIndexes();
      for (const sk of sks.filter((each) => Number(each) % 10 !== 0))
        await store.write([{ kind: 'delete', key: { pk: 'P', sk }, expect: 1 }]);
      dynamodb.pageSize = 7;
      expect(namesOf(await query({ limit: 4 }))).toEqual(['00', '10', '20', '30']);
      expect(namesOf(await query({ limit: 4, descending: true, before: '50' }))).toEqual([
        '40',
        '30',
        '20',
        '10',
      ]);
      expect(namesOf(await query({ limit: 9 }))).toHaveLength(6);
    });

    it('ask again for keys that were left unprocessed, keep the order, and read 100 at once at most', async () => {
      const sks = Array.from({ length: 150 }, (_, at) => String(at).padStart(3, '0'));
      for (const sk of sks) await store.write([create(itemOf(sk, inDue(sk)))]);
      dynamodb.batchShare = 40;
      expect(namesOf(await query({ limit: 200 }))).toEqual(sks);
      expect(requestNames().filter((name) => name === 'BatchGetItemCommand')).toHaveLength(3 + 2);
    });

    it('end as a store that does not answer when keys stay unprocessed', async () => {
      await store.write([create(itemOf('A', inDue('A')))]);
      dynamodb.batchShare = 0;
      await expect(query()).rejects.toMatchObject({ code: 'store-unavailable' });
    });

    it('cost nothing when no sort key can be meant, and take an empty `from` for the beginning', async () => {
      await store.write([create(itemOf('A', inDue('A')))]);
      dynamodb.requests.length = 0;
      for (const nothing of [{ before: '' }, { from: 'b', before: 'b' }, { from: 'c', before: 'b' }])
        expect(await query(nothing)).toEqual([]);
      expect(dynamodb.requests).toEqual([]);
      expect(namesOf(await query({ from: '' }))).toEqual(['A']);
    });
  });

  it('reads the table, not a copy that lags behind, when it gets an item or queries by primary key', async () => {
    await store.get({ pk: 'P', sk: 'A' });
    await query({ index: 'primary', partition: 'P' });
    expect(dynamodb.requests.map(({ input }) => input['ConsistentRead'])).toEqual([true, true]);
  });

  it('shows an item whose time has passed as long as the table has it, as the other stores do', async () => {
    const expired = itemOf('A', { expiresAt: 1, ...inDue('A') });
    await store.write([create(expired)]);
    expect([await store.get(expired), ...(await query())]).toEqual([expired, expired]);
    await expect(store.write([create(expired)])).rejects.toMatchObject({ code: 'write-conflict' });
  });

  it('writes nothing, and asks nobody, when there is nothing to write', async () => {
    await store.write([]);
    expect(dynamodb.requests).toEqual([]);
  });
});
