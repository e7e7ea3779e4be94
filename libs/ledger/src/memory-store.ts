import type { Item, Key, LedgerStore, Query, Write } from './ledger-store.ts';
import { WriteConflict, assertOneTransaction } from './ledger-store.ts';

const addressOf = (key: Key) => JSON.stringify([key.pk, key.sk]);

/** The order of UTF-8 bytes, as DynamoDB and SQLite sort: that of code points, not of UTF-16 units. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A ledger store in this process's memory: for tests and simulations. Items are copied in and out. */
export function createMemoryLedgerStore(): LedgerStore {
  const items = new Map<string, Item>();

  const holds = (write: Write) => {
    const key = write.kind === 'put' ? write.item : write.key;
    const version = items.get(addressOf(key))?.version;
    return write.expect === 'absent' ? version === undefined : version === write.expect;
  };

  return {
    async get(key) {
      const item = items.get(addressOf(key));
      return item ? structuredClone(item) : null;
    },

    async write(writes) {
      assertOneTransaction(writes);
      const refused = writes.find((write) => !holds(write));
      if (refused) {
        const { pk, sk } = refused.kind === 'put' ? refused.item : refused.key;
        throw new WriteConflict({ pk, sk });
      }
      for (const write of writes) {
        if (write.kind === 'put') items.set(addressOf(write.item), structuredClone(write.item));
        if (write.kind === 'delete') items.delete(addressOf(write.key));
      }
    },

    async query({ index, partition, from, before, descending, limit }: Query) {
      const found: { sort: string; item: Item }[] = [];
      for (const item of items.values()) {
        const entry = index === 'primary' ? { partition: item.pk, sort: item.sk } : item.indexes[index];
        if (!entry || entry.partition !== partition) continue;
        if (from !== undefined && compareText(entry.sort, from) < 0) continue;
        if (before !== undefined && compareText(entry.sort, before) >= 0) continue;
        found.push({ sort: entry.sort, item });
      }
      found.sort((a, b) => (descending ? compareText(b.sort, a.sort) : compareText(a.sort, b.sort)));
      return found.slice(0, limit).map(({ item }) => structuredClone(item));
    },
  };
}
