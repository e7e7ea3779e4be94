import type { IndexEntry, Item, Key, LedgerStore, Query, Write } from '@edf-pipeline/ledger';
import { WriteConflict } from '@edf-pipeline/ledger';
import type { ItemChange } from '../history.ts';
import type { SortedView } from './sorted-view.ts';
import { createSortedView } from './sorted-view.ts';

export interface LedgerServiceOptions {
  /** Of what is kept and of what is given out: frozen in a simulation, where copying would be most of the work. */
  readonly keep: <T extends object>(value: T) => T;
  /** Carries an index's update out, now or later; those of one item in their order. */
  readonly propagate: (address: string, update: () => void) => void;
  readonly onWrite: (changes: readonly ItemChange[]) => void;
}

/** What the simulated DynamoDB does in one instant; its sparse indexes may lag behind its items. */
export interface LedgerService {
  get(key: Key): Item | null;
  /** @throws WriteConflict */
  write(writes: readonly Write[]): void;
  query(query: Query): readonly Item[];
  items(): Item[];
  /** The earliest entry of the index of what is due. */
  nextDue(): string | null;
}

const addressOf = ({ pk, sk }: Key) => `${pk}\u0000${sk}`;
const viewName = (index: string, partition: string) => `${index}\u0000${partition}`;
const keyOf = (write: Write): Key => (write.kind === 'put' ? write.item : write.key);

/** An index holds keys alone, as the table's do: what it shows is read from the item, and left out when it moved. */
export function createLedgerService(options: LedgerServiceOptions): LedgerService {
  const items = new Map<string, Item>();
  const views = new Map<string, SortedView>();
  const dueViews: SortedView[] = [];

  const viewOf = (index: string, partition: string) => {
    const name = viewName(index, partition);
    const known = views.get(name);
    if (known) return known;
    const made = createSortedView();
    views.set(name, made);
    if (index === 'due') dueViews.push(made);
    return made;
  };
  const holds = (write: Write) => {
    const version = items.get(addressOf(keyOf(write)))?.version;
    return write.expect === 'absent' ? version === undefined : version === write.expect;
  };
  const moveEntry = (index: string, address: string, from?: IndexEntry, to?: IndexEntry) => {
    if (from && to && from.partition === to.partition && from.sort === to.sort) return;
    options.propagate(address, () => {
      if (from) viewOf(index, from.partition).remove(from.sort, address);
      if (to) viewOf(index, to.partition).add(to.sort, address);
    });
  };
  const replace = (address: string, key: Key, before: Item | null, after: Item | null) => {
    if (after) items.set(address, after);
    else items.delete(address);
    if (!before !== !after) {
      const primary = viewOf('primary', key.pk);
      if (after) primary.add(key.sk, address);
      else primary.remove(key.sk, address);
    }
    const names = new Set([...Object.keys(before?.indexes ?? {}), ...Object.keys(after?.indexes ?? {})]);
    for (const name of names as Set<keyof Item['indexes']>)
      moveEntry(name, address, before?.indexes[name], after?.indexes[name]);
  };

  return {
    get: (key) => {
      const item = items.get(addressOf(key));
      return item ? options.keep(item) : null;
    },
    write(writes) {
      // DynamoDB's limits for one transaction.
      const touched = new Set(writes.map((write) => addressOf(keyOf(write))));
      if (writes.length > 100 || touched.size < writes.length) throw new RangeError('no transaction');
      const refused = writes.find((write) => !holds(write));
      if (refused) throw new WriteConflict({ pk: keyOf(refused).pk, sk: keyOf(refused).sk });
      const changes: ItemChange[] = [];
      for (const write of writes) {
        if (write.kind === 'check') continue;
        const key = keyOf(write);
        const address = addressOf(key);
        const before = items.get(address) ?? null;
        const after = write.kind === 'put' ? options.keep(write.item) : null;
        replace(address, key, before, after);
        changes.push({ before, after });
      }
      options.onWrite(changes);
    },
    query({ index, partition, from, before, descending = false, limit }) {
      const found: Item[] = [];
      const view = views.get(viewName(index, partition));
      if (!view) return found;
      for (const { sort, address } of view.between(from, before, descending)) {
        if (found.length === limit) break;
        const item = items.get(address);
        const entry =
          index === 'primary' ? item && { partition: item.pk, sort: item.sk } : item?.indexes[index];
        if (item && entry?.partition === partition && entry.sort === sort) found.push(options.keep(item));
      }
      return found;
    },
    items: () => [...items.values()],
    nextDue() {
      let earliest: string | null = null;
      for (const view of dueViews) {
        const first = view.first();
        if (first !== undefined && (earliest === null || first < earliest)) earliest = first;
      }
      return earliest;
    },
  };
}

/** Makes a value and all in it unchangeable: whoever tries to change what the ledger gave out is told so. */
export function frozen<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(value);
}

/** The service without a network before it, for the contract suite. */
export function storeOf(service: LedgerService): LedgerStore {
  return {
    get: async (key) => service.get(key),
    write: async (writes) => service.write(writes),
    query: async (query) => service.query(query),
  };
}
