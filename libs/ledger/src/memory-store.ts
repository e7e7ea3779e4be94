import type { IndexEntry, Item, Key, LedgerStore, Query, Write } from './ledger-store.ts';
import { WriteConflict, assertOneTransaction } from './ledger-store.ts';
import type { SortedEntries } from './sorted-entries.ts';
import { createSortedEntries } from './sorted-entries.ts';

const addressOf = (key: Key) => JSON.stringify([key.pk, key.sk]);
const partitionOf = (index: string, partition: string) => `${index} ${partition}`;

/** A ledger store in this process's memory: for tests and simulations. Items are copied in and out. */
export function createMemoryLedgerStore(): LedgerStore {
  const items = new Map<string, Item>();
  const partitions = new Map<string, SortedEntries>();

  const holds = (write: Write) => {
    const key = write.kind === 'put' ? write.item : write.key;
    const version = items.get(addressOf(key))?.version;
    return write.expect === 'absent' ? version === undefined : version === write.expect;
  };

  const put = (item: Item) => {
    const address = addressOf(item);
    remove(address);
    items.set(address, item);
    for (const [name, { partition, sort }] of entriesOf(item)) {
      const key = partitionOf(name, partition);
      const entries = partitions.get(key) ?? createSortedEntries();
      entries.add(sort, address);
      partitions.set(key, entries);
    }
  };

  const remove = (address: string) => {
    const item = items.get(address);
    if (!item) return;
    items.delete(address);
    for (const [name, { partition, sort }] of entriesOf(item)) {
      const key = partitionOf(name, partition);
      const entries = partitions.get(key);
      entries?.remove(sort, address);
      if (entries?.size === 0) partitions.delete(key);
    }
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
        if (write.kind === 'put') put(structuredClone(write.item));
        if (write.kind === 'delete') remove(addressOf(write.key));
      }
    },

    async query({ index, partition, ...range }: Query) {
      const found = partitions.get(partitionOf(index, partition))?.between(range) ?? [];
      return found.map((address) => structuredClone(items.get(address) as Item));
    },
  };
}

function entriesOf(item: Item): [string, IndexEntry][] {
  return [['primary', { partition: item.pk, sort: item.sk }], ...Object.entries(item.indexes)];
}
