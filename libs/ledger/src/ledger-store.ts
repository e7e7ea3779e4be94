/** Where an item stands: partition and sort key. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Sparse secondary indexes. An item stands in those that it names, and nowhere else.
 * `due` what must be looked at when · `backlog` jobs that wait, for a worker or (failed) for an operator · `active` work in hand ·
 * `list` newest first · `status` the same by status · `changed` what a tenant's clients have to be told.
 */
export type IndexName = 'due' | 'backlog' | 'active' | 'list' | 'status' | 'changed';

export interface IndexEntry {
  readonly partition: string;
  /** Unique within the partition (ends with an id), so that it serves as a cursor. */
  readonly sort: string;
}

export type Indexes = Partial<Record<IndexName, IndexEntry>>;

export interface Item<T = unknown> extends Key {
  /** 1 when created, one more with every write. */
  readonly version: number;
  /** Unique to the write that made this version: tells whether a write with a lost response happened. */
  readonly writer: string;
  readonly indexes: Indexes;
  /** Epoch seconds after which the store may drop the item by itself. */
  readonly expiresAt?: number;
  /** JSON values only. */
  readonly data: T;
}

/** What must hold of an item for a write to go through: it is not there, or it has exactly this version. */
export type Expectation = 'absent' | number;

export type Write =
  | { readonly kind: 'put'; readonly item: Item; readonly expect: Expectation }
  | { readonly kind: 'delete'; readonly key: Key; readonly expect: number }
  | { readonly kind: 'check'; readonly key: Key; readonly expect: Expectation };

export interface Query {
  readonly index: IndexName | 'primary';
  readonly partition: string;
  /** Sort keys ≥ this. */
  readonly from?: string;
  /** Sort keys < this. */
  readonly before?: string;
  readonly descending?: boolean;
  readonly limit: number;
}

/**
 * A store of small items with conditional writes: what one DynamoDB table with six indexes can do, and no more.
 * At most 100 writes at once, all or none, and one for each item. Text sorts by its UTF-8 bytes.
 */
export interface LedgerStore {
  /** The item as last written (strongly consistent), or null. @throws StoreUnavailable */
  get(key: Key, signal?: AbortSignal): Promise<Item | null>;
  /**
   * Carries out all writes or none.
   * @throws WriteConflict when an expectation does not hold; StoreUnavailable when nobody knows whether it was done;
   * RangeError when it is no transaction (too many writes, two on one item)
   */
  write(writes: readonly Write[], signal?: AbortSignal): Promise<void>;
  /** Items by partition in sort order. An index may lag behind: what it shows is a hint. @throws StoreUnavailable */
  query(query: Query, signal?: AbortSignal): Promise<readonly Item[]>;
}

/** Another writer was first: read again and decide again. */
export class WriteConflict extends Error {
  readonly code = 'write-conflict';
  readonly key: Key;

  constructor(key: Key) {
    super(`another write changed ${key.sk} first`);
    this.name = 'WriteConflict';
    this.key = key;
  }
}

/** The store did not answer; the write may or may not have happened. */
export class StoreUnavailable extends Error {
  readonly code: 'store-unavailable' | 'store-full';

  constructor(code: 'store-unavailable' | 'store-full', message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreUnavailable';
    this.code = code;
  }
}

/** DynamoDB's limit for one transaction. */
export const MAX_WRITES = 100;

/**
 * What DynamoDB asks of a transaction, asked by every store alike.
 * @throws RangeError when there are too many writes, or two on one item
 */
export function assertOneTransaction(writes: readonly Write[]): void {
  if (writes.length > MAX_WRITES) throw new RangeError(`${writes.length} writes; ${MAX_WRITES} at most`);
  const keys = new Set(
    writes
      .map((write) => (write.kind === 'put' ? write.item : write.key))
      .map(({ pk, sk }) => JSON.stringify([pk, sk])),
  );
  if (keys.size < writes.length) throw new RangeError('two writes on one item in one transaction');
}
