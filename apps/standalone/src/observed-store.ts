import type { LedgerStore, Write } from '@edf-pipeline/ledger';

/** The same store; `onWritten` hears of every write that went through. */
export function observedStore<T extends LedgerStore>(
  store: T,
  onWritten: (writes: readonly Write[]) => void,
): LedgerStore {
  return {
    get: (key, signal) => store.get(key, signal),
    query: (query, signal) => store.query(query, signal),
    async write(writes, signal) {
      await store.write(writes, signal);
      onWritten(writes);
    },
  };
}

/** Whether one of the writes leaves something that is due already. */
export function leavesDue(writes: readonly Write[], now: string): boolean {
  return writes.some((write) => write.kind === 'put' && (write.item.indexes.due?.sort ?? '~') <= now);
}
