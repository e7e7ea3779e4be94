import type { Item, LedgerStore, Write } from '@edf-pipeline/ledger';

/** Units as DynamoDB counts them, estimated: sizes are those of the JSON, moves within indexes are not seen. */
export interface LedgerUnits {
  readonly ledgerReadUnits: number;
  readonly ledgerWriteUnits: number;
}

/** The same store, and what its use would cost on DynamoDB. Sources: docs/adr/0011-dynamodb-ledger.md. */
export function meterLedger(store: LedgerStore): { store: LedgerStore; units(): LedgerUnits } {
  const units = { ledgerReadUnits: 0, ledgerWriteUnits: 0 };
  return {
    units: () => ({ ...units }),
    store: {
      async get(key, signal) {
        const item = await store.get(key, signal);
        units.ledgerReadUnits += readUnits(item);
        return item;
      },
      async query(query, signal) {
        const items = await store.query(query, signal);
        // The entries of an index hold keys only; the items behind them are read besides.
        units.ledgerReadUnits += items.reduce((sum, item) => sum + readUnits(item), 1);
        return items;
      },
      async write(writes, signal) {
        const factor = writes.length > 1 ? 2 : 1;
        for (const write of writes) units.ledgerWriteUnits += factor * writeUnits(write) + newEntries(write);
        await store.write(writes, signal);
      },
    },
  };
}

/** What is longer than 1 KB is packed to less than half. */
function storedBytes(item: Item): number {
  const length = JSON.stringify(item).length;
  return length > 1_024 ? length / 2 : length;
}

const readUnits = (item: Item | null) => (item ? Math.ceil(storedBytes(item) / 4_096) : 1);

const writeUnits = (write: Write) => (write.kind === 'put' ? Math.ceil(storedBytes(write.item) / 1_024) : 1);

const newEntries = (write: Write) =>
  write.kind === 'put' && write.expect === 'absent' ? Object.keys(write.item.indexes).length : 0;
