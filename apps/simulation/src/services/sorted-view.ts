export interface ViewEntry {
  readonly sort: string;
  readonly address: string;
}

/** Addresses in the order of UTF-8 bytes of their sort keys, then of themselves. */
export interface SortedView {
  add(sort: string, address: string): void;
  remove(sort: string, address: string): void;
  /** From `from` (included) to `before` (not included). */
  between(from: string | undefined, before: string | undefined, descending: boolean): ViewEntry[];
  first(): string | undefined;
}

export function createSortedView(): SortedView {
  const entries: ViewEntry[] = [];
  const placeOf = (sort: string, address: string) => {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = entries[middle]!;
      const order = compareText(entry.sort, sort) || compareText(entry.address, address);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const isAt = (place: number, sort: string, address: string) =>
    entries[place]?.sort === sort && entries[place].address === address;

  return {
    add(sort, address) {
      const place = placeOf(sort, address);
      if (!isAt(place, sort, address)) entries.splice(place, 0, { sort, address });
    },
    remove(sort, address) {
      const place = placeOf(sort, address);
      if (isAt(place, sort, address)) entries.splice(place, 1);
    },
    between(from, before, descending) {
      const start = from === undefined ? 0 : placeOf(from, '');
      const end = before === undefined ? entries.length : placeOf(before, '');
      const found = entries.slice(start, end);
      return descending ? found.reverse() : found;
    },
    first: () => entries[0]?.sort,
  };
}

const surrogate = /[\ud800-\udfff]/;

/** DynamoDB sorts text by its UTF-8 bytes, which is by code points; JavaScript by UTF-16 units. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
