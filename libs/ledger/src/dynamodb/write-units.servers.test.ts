import type { Item } from '../ledger-store.ts';
import { createDynamodbLedgerStore } from './dynamodb-store.ts';
import { attributesOf, byteLengthOf } from './item-attributes.ts';
import { liveRecording } from './test-support/recording-life.ts';
import { serverKinds, startTableServer } from './test-support/table-on-server.ts';
import type { TableServer } from './test-support/table-on-server.ts';
import { countUnits, meterClient, totalOf } from './test-support/write-units.ts';

/** docs/adr/0011-dynamodb-ledger.md says what they are spent on. */
const BUDGETS = { inParts: 75, atOnce: 67 };

describe.each(serverKinds)('write units, on %s', (kind) => {
  let server: TableServer;
  beforeAll(async () => {
    server = await startTableServer(kind);
  }, 90_000);
  afterAll(() => server.stop());

  it.each(['inParts', 'atOnce'] as const)('of one recording stay within the budget (%s)', async (how) => {
    const metered = meterClient(server.client);
    const tableName = await server.makeTable(false);
    const store = countUnits(createDynamodbLedgerStore({ client: metered.client, tableName }));
    await liveRecording(store, how === 'inParts', () => {});
    const counted = store.take();
    const total = counted.reduce((sum, each) => sum + totalOf(each), 0);
    expect(total).toBeLessThanOrEqual(BUDGETS[how]);
    expect(Math.max(...counted.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(1_024);
    const { lone, transactionTable, transactionIndexes } = metered.take();
    const lones = counted.filter(({ isTransaction }) => !isTransaction);
    expect(lone).toBe(lones.reduce((sum, each) => sum + totalOf(each), 0));
    // Of transactions DynamoDB Local reports something else than AWS documents (docs/stand-ins.md).
    if (kind === 'ministack') expect(lone + transactionTable + transactionIndexes).toBe(total);
  });

  it('begin anew with every KB of what the store takes for the length of an item', async () => {
    const metered = meterClient(server.client);
    const store = createDynamodbLedgerStore({
      client: metered.client,
      tableName: await server.makeTable(false),
    });
    const itemOf = (sk: string, length: number): Item => ({
      pk: 'P',
      sk,
      version: 1,
      writer: 'w',
      indexes: {},
      data: Array.from({ length }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_000))).join(
        '',
      ),
    });
    for (let length = 1; length < 400; length += 7) {
      const item = itemOf(String(length).padStart(3, '0'), length);
      await store.write([{ kind: 'put', item, expect: 'absent' }]);
      expect([length, metered.take().lone]).toEqual([
        length,
        Math.ceil(byteLengthOf(attributesOf(item)) / 1_024),
      ]);
    }
  });
});
