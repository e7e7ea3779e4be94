import type { Item, Key, LedgerStore, Query, Write } from './ledger-store.ts';
import { MAX_WRITES, WriteConflict } from './ledger-store.ts';

const addressOf = (key: Key) => JSON.stringify([key.pk, key.sk]);

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

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
      if (writes.length > MAX_WRITES) throw new RangeError(`${writes.length} writes; ${MAX_WRITES} at most`);
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
        if (from !== undefined && entry.sort < from) continue;
        if (before !== undefined && entry.sort >= before) continue;
        found.push({ sort: entry.sort, item });
      }
      found.sort((a, b) => (descending ? byCodeUnit(b.sort, a.sort) : byCodeUnit(a.sort, b.sort)));
      return found.slice(0, limit).map(({ item }) => structuredClone(item));
    },
  };
}
