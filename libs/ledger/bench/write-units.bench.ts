// How many DynamoDB write units one recording costs, from its upload to its told result:
//   npm run bench -- write-units
// Counts by AWS's documented rules, item by item; a test holds them against what the stand-ins report, of which DynamoDB
// Local counts transactions too high (docs/stand-ins.md).
import { createDynamodbLedgerStore } from '../src/dynamodb/index.ts';
import { liveRecording } from '../src/dynamodb/test-support/recording-life.ts';
import { startTableServer } from '../src/dynamodb/test-support/table-on-server.ts';
import { countUnits, meterClient, totalOf } from '../src/dynamodb/test-support/write-units.ts';
import type { ItemUnits } from '../src/dynamodb/test-support/write-units.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

const describe = (each: ItemUnits) => {
  const indexes = Object.entries(each.indexes).map(([name, units]) => `${name} ${units}`);
  const columns = [
    '',
    each.item.padEnd(12),
    `${each.byteLength} B`.padStart(7),
    `table ${each.table}`,
    ...indexes,
  ];
  return `  ${columns.join('  ')}`;
};

for (const kind of ['DynamoDB Local', 'ministack'] as const) {
  const server = await startTableServer(kind);
  try {
    for (const isInParts of [true, false]) {
      const metered = meterClient(server.client);
      const tableName = await server.makeTable(false);
      const store = countUnits(createDynamodbLedgerStore({ client: metered.client, tableName }));
      print(`\n${kind}, ${isInParts ? '100 MiB in parts' : '1 MiB at once'}`);
      let total = 0;
      await liveRecording(store, isInParts, (verb) => {
        const items = store.take();
        const units = items.reduce((sum, each) => sum + totalOf(each), 0);
        total += units;
        print(`${verb.padEnd(30)} ${String(units).padStart(4)}`);
        for (const each of items) print(describe(each));
      });
      const { lone, transactionTable, transactionIndexes } = metered.take();
      print(
        `| DynamoDB write units of a recording, ${isInParts ? '100 MiB in parts' : '1 MiB at once'}, on ${kind} | ${total} | ≤ 50 |`,
      );
      print(
        `the server reported ${lone} for lone writes, ${transactionTable} + ${transactionIndexes} for transactions`,
      );
    }
  } finally {
    await server.stop();
  }
}
