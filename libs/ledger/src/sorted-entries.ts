/** The order of UTF-8 bytes, as DynamoDB and SQLite sort: that of code points, not of UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

interface Entry {
  readonly sort: string;
  readonly address: string;
}

/** Addresses of items in the order of their sort keys; those of equal sort keys in the order of their addresses. */
export interface SortedEntries {
  add(sort: string, address: string): void;
  remove(sort: string, address: string): void;
  readonly size: number;
  /** From `from` (inclusive) to `before` (exclusive), in order or, when `descending`, from the end. */
  between(range: {
    readonly from?: string;
    readonly before?: string;
    readonly descending?: boolean;
    readonly limit: number;
  }): string[];
}

export function createSortedEntries(): SortedEntries {
  const entries: Entry[] = [];

  /** How many entries stand before (sort, address); without an address, before all of that sort key. */
  const placeOf = (sort: string, address?: string) => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = entries[middle] as Entry;
      const order =
        compareText(entry.sort, sort) || (address === undefined ? 1 : compareText(entry.address, address));
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add: (sort, address) => void entries.splice(placeOf(sort, address), 0, { sort, address }),
    remove(sort, address) {
      const place = placeOf(sort, address);
      const found = entries[place];
      if (found?.sort === sort && found.address === address) entries.splice(place, 1);
    },
    get size() {
      return entries.length;
    },
    between({ from, before, descending, limit }) {
      const start = from === undefined ? 0 : placeOf(from);
      const end = before === undefined ? entries.length : placeOf(before);
      if (start >= end) return [];
      const found = descending
        ? entries.slice(Math.max(start, end - limit), end).reverse()
        : entries.slice(start, Math.min(end, start + limit));
      return found.map(({ address }) => address);
    },
  };
}
