import { openSqliteLedgerStore } from '../sqlite-store.ts';

// Run as a process of its own, which its test kills: writes transactions of 100 items and says how many are done.
const store = openSqliteLedgerStore(process.argv[2] ?? '');
for (let round = 1; ; round++) {
  const writer = `w${round}`;
  await store.write(
    Array.from({ length: 100 }, (_, index) => {
      const sk = `${round}-${index}`;
      const indexes = { due: { partition: 'DUE', sort: sk } };
      return {
        kind: 'put',
        expect: 'absent',
        item: { pk: 'P', sk, version: 1, writer, indexes, data: 'x'.repeat(500) },
      };
    }),
  );
  process.stdout.write(`${round}\n`);
}
