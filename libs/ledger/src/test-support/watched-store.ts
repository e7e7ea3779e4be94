import type { Item, Key, LedgerStore } from '../ledger-store.ts';
import { jobKey, recordingKey, rangeKey, uploadKey } from '../keys.ts';
import type { OutboxRow, Row } from '../rows.ts';
import type { LedgerSettings } from '../settings.ts';
import { faultsOfChange, faultsOfRow } from './row-rules.ts';

const addressOf = ({ pk, sk }: Key) => `${pk}|${sk}`;

/** A store whose every write is held against the rules. */
export interface WatchedStore extends LedgerStore {
  /** All items, as last written through this store. */
  items(): Item[];
  rows<K extends Row['kind']>(kind: K): Extract<Row, { kind: K }>[];
  /** Everything ever announced, told or not. */
  readonly announced: readonly OutboxRow[];
  /** Broken rules so far; each has also thrown. */
  readonly faults: readonly string[];
  /** All rows against all rules; called after every write for the rows that have to do with it. */
  assertRules(): void;
}

export function watchStore(store: LedgerStore, settings: LedgerSettings): WatchedStore {
  const mirror = new Map<string, Item>();
  const announced: OutboxRow[] = [];
  const faults: string[] = [];
  const look = (key: Key) => mirror.get(addressOf(key));

  const report = (found: readonly string[]) => {
    faults.push(...found);
    if (found.length > 0) throw new Error(`broken rule: ${found.join('; ')}`);
  };
  const relatedTo = ({ data }: Item): Key[] => {
    const row = data as Row;
    if (row.kind === 'upload')
      return [recordingKey(row.tenant, row.recordingId), jobKey(row.tenant, row.jobId)];
    if (row.kind === 'recording') return [uploadKey(row.tenant, row.uploadId), jobKey(row.tenant, row.jobId)];
    if (row.kind === 'job')
      return [recordingKey(row.tenant, row.recordingId), rangeKey(row.tenant, row.id, 0)];
    if (row.kind === 'range') return [jobKey(row.tenant, row.jobId)];
    return [];
  };

  return {
    get: (key, signal) => store.get(key, signal),
    query: (query, signal) => store.query(query, signal),
    async write(writes, signal) {
      await store.write(writes, signal);
      const touched: Item[] = [];
      const found: string[] = [];
      for (const write of writes) {
        if (write.kind === 'delete') mirror.delete(addressOf(write.key));
        if (write.kind !== 'put') continue;
        const item = structuredClone(write.item);
        const before = look(item);
        if (before) found.push(...faultsOfChange(before, item));
        mirror.set(addressOf(item), item);
        touched.push(item);
        if ((item.data as Row).kind === 'outbox') announced.push(item.data as OutboxRow);
      }
      const related = new Set([...touched, ...touched.flatMap(relatedTo).flatMap((key) => look(key) ?? [])]);
      for (const item of related) found.push(...faultsOfRow(item, look, settings));
      report(found);
    },
    items: () => [...mirror.values()],
    rows: <K extends Row['kind']>(kind: K) =>
      [...mirror.values()]
        .map(({ data }) => data as Row)
        .filter((row): row is Extract<Row, { kind: K }> => row.kind === kind),
    announced,
    faults,
    assertRules: () => {
      if (faults.length > 0) throw new Error(`broken rule: ${faults.join('; ')}`);
      report([...mirror.values()].flatMap((item) => faultsOfRow(item, look, settings)));
    },
  };
}
