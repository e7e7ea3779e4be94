import { createHash } from 'node:crypto';
import type { ChangedObject } from '@edf-pipeline/ledger';

/** An entry of the feed, with all that it tells of. */
export interface FeedEntry {
  readonly position: string;
  readonly objects: readonly ChangedObject[];
  /** Short for its position and version. */
  readonly mark: string;
}

/**
 * Where a reader of the feed stands. Everything before `from` is settled: nothing appears there any more. Of what
 * stands at or behind it, the entries in `told` (marks) have been told.
 */
export interface FeedPlace {
  readonly from: string;
  readonly told: ReadonlySet<string>;
}

/** Marks that a cursor carries, which has to fit into a query; a reader who has been told more stands further on. */
const MAX_MARKS = 100;
const MARK_LENGTH = 5;

/** The feed's position at an instant: behind everything that changed before it. */
export const positionAt = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Behind exactly this position. */
export const behind = (position: string) => `${position}\u0000`;

export const earlierOf = (one: string, other: string) => (one < other ? one : other);
export const laterOf = (one: string, other: string) => (one > other ? one : other);

/** Objects as the ledger tells them, in the order of the feed: those of one entry follow each other. */
export function entriesOf(changed: readonly ChangedObject[]): FeedEntry[] {
  const byPosition = new Map<string, ChangedObject[]>();
  for (const object of changed) {
    const objects = byPosition.get(object.position) ?? [];
    objects.push(object);
    byPosition.set(object.position, objects);
  }
  return [...byPosition].map(([position, objects]) => ({ position, objects, mark: markOf(objects[0]!) }));
}

/** 30 bits: that one of a hundred marks is by chance that of an entry which has not been told, is one in ten million. */
function markOf({ position, entryVersion }: ChangedObject): string {
  return createHash('sha256')
    .update(`${position}\n${entryVersion}`)
    .digest('base64url')
    .slice(0, MARK_LENGTH);
}

/**
 * A place that fits into a cursor.
 *
 * @param told position by mark; of too many the oldest are left out, and the place moves behind them
 */
export function placeOf(from: string, told: ReadonlyMap<string, string>): FeedPlace {
  const standing = [...told].filter(([, position]) => position >= from);
  standing.sort(([, one], [, other]) => (one < other ? -1 : 1));
  const dropped = standing.splice(0, Math.max(0, standing.length - MAX_MARKS)).at(-1);
  return {
    from: dropped ? behind(dropped[1]) : from,
    told: new Set(standing.map(([mark]) => mark)),
  };
}

export const textOfPlace = ({ from, told }: FeedPlace) =>
  told.size === 0 ? from : `${from}|${[...told].join('')}`;

/** @param text as `textOfPlace` wrote it; a cursor's signature vouches for that */
export function placeFrom(text: string): FeedPlace {
  const [from = '', marks = ''] = text.split('|');
  return { from, told: new Set(marks.match(new RegExp(`.{${MARK_LENGTH}}`, 'g')) ?? []) };
}
