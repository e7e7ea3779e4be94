import type { ByteSource } from '@edf-pipeline/edf';
import type { LruCache } from './lru-cache.ts';

/** A piece of a source that is fetched and cached as one. */
export interface Piece {
  readonly key: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

interface Fetch {
  readonly keys: ReadonlySet<string>;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** Longest request that neighbouring pieces are joined to. */
const maxRequestBytes = 4 * 1024 * 1024;

/**
 * Fetches pieces of one source into a cache. Only what was wanted last is kept under way: a fetch none of
 * whose pieces is wanted any more is aborted.
 */
export class RangeLoader {
  readonly #source: ByteSource;
  readonly #cache: LruCache<Uint8Array>;
  #underWay = new Set<Fetch>();

  constructor(source: ByteSource, cache: LruCache<Uint8Array>) {
    this.#source = source;
    this.#cache = cache;
  }

  /** Resolves when all `needed` pieces are cached; `ahead` are fetched after them and not waited for. */
  async want(needed: readonly Piece[], ahead: readonly Piece[] = []): Promise<void> {
    const wanted = new Set([...needed, ...ahead].map(({ key }) => key));
    for (const fetch of this.#underWay) {
      if (![...fetch.keys].some((key) => wanted.has(key))) fetch.abort.abort();
    }
    const neededFetches = this.#begin(needed);
    try {
      await Promise.all(neededFetches.map(({ done }) => done));
    } finally {
      if (neededFetches.every(({ abort }) => !abort.signal.aborted)) {
        for (const { done } of this.#begin(ahead)) done.catch(() => undefined);
      }
    }
  }

  /** Aborts everything under way. */
  close(): void {
    for (const fetch of this.#underWay) fetch.abort.abort();
  }

  #begin(pieces: readonly Piece[]): Fetch[] {
    const fetches = new Set<Fetch>();
    const missing: Piece[] = [];
    for (const piece of pieces) {
      if (this.#cache.has(piece.key)) continue;
      const underWay = [...this.#underWay].find(
        ({ keys, abort }) => keys.has(piece.key) && !abort.signal.aborted,
      );
      if (underWay) fetches.add(underWay);
      else missing.push(piece);
    }
    for (const group of joinNeighbours(missing, maxRequestBytes)) fetches.add(this.#fetch(group));
    return [...fetches];
  }

  #fetch(pieces: readonly Piece[]): Fetch {
    const abort = new AbortController();
    const load = async () => {
      try {
        const start = pieces[0]!.start;
        const bytes = await this.#source.slice(start, pieces.at(-1)!.end, abort.signal);
        for (const piece of pieces) {
          const part = pieces.length === 1 ? bytes : bytes.slice(piece.start - start, piece.end - start);
          this.#cache.set(piece.key, part, part.byteLength);
        }
      } finally {
        this.#underWay.delete(fetch);
      }
    };
    const fetch: Fetch = {
      keys: new Set(pieces.map(({ key }) => key)),
      abort,
      done: Promise.resolve().then(load),
    };
    this.#underWay.add(fetch);
    return fetch;
  }
}

/** Pieces that lie next to each other as groups of at most `maxBytes` (or a single piece). */
export function joinNeighbours(pieces: readonly Piece[], maxBytes: number): Piece[][] {
  const groups: Piece[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
    const group = groups.at(-1);
    if (group && group.at(-1)!.end === piece.start && piece.end - group[0]!.start <= maxBytes)
      group.push(piece);
    else groups.push([piece]);
  }
  return groups;
}
