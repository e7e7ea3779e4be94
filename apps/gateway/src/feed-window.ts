import type { FeedEntry, FeedPlace } from './feed-place.ts';
import { behind, earlierOf, laterOf, placeOf, positionAt } from './feed-place.ts';

export interface FeedTimes {
  /** How far behind the newest change every look begins: clocks differ, and writes overtake each other. */
  readonly settleMs: number;
  /** How late a change may become visible and still be told: its writer was throttled, or an index lagged. */
  readonly lateMs: number;
}

/**
 * What a reader has been told of the feed's last stretch. Its looks are mostly short, from just behind the newest
 * change on; a few times in `lateMs` one goes back so far, for what has become visible late.
 */
export interface FeedWindow {
  /** Begins a look; answers from where on. */
  begin(): string;
  isKnown(entry: FeedEntry): boolean;
  /** Takes an entry of this look as told, in the order of the feed. */
  note(entry: FeedEntry): void;
  /** Ends the look. `isWhole`: all was seen that stands in the feed, but for what is younger than `settleMs`. */
  end(isWhole: boolean): void;
  /** Where somebody goes on who comes back after what was noted last: of what it was told some comes again. */
  cursorPlace(): FeedPlace;
  /** The same, with what has been told; after a look has ended. */
  exactPlace(): FeedPlace;
}

const LONG_LOOKS = 3;
const MAX_SEEN = 2_000;

export function createFeedWindow(clock: () => Date, start: FeedPlace, times: FeedTimes): FeedWindow {
  const { settleMs, lateMs } = times;
  /** Position by mark, of all in the stretch that is looked at again. */
  const seen = new Map<string, string>();
  let roomFor = MAX_SEEN;
  let settled = start.from;
  let newest = start.from;
  let lastLongAt: number | null = null;
  let look = { at: 0, isLong: true, last: start.from };

  const shortFrom = () => laterOf(start.from, before(newest, settleMs));
  /** What this look makes settled, as far as it has come. */
  const settledSoFar = (last: string) =>
    look.isLong ? laterOf(settled, earlierOf(last, positionAt(look.at - lateMs))) : settled;
  const forget = (position: string) => {
    for (const [mark, each] of seen) if (each < position) seen.delete(mark);
    // Where little can be forgotten, the next try waits until it is worth it.
    roomFor = Math.max(MAX_SEEN, 2 * seen.size);
  };

  return {
    begin() {
      const at = clock().getTime();
      // A clock may be set back, too.
      const isLong = lastLongAt === null || Math.abs(at - lastLongAt) >= lateMs / LONG_LOOKS;
      const from = isLong ? earlierOf(settled, shortFrom()) : shortFrom();
      look = { at, isLong, last: from };
      return from;
    },
    isKnown: ({ mark }) => seen.has(mark) || start.told.has(mark),
    note({ mark, position }) {
      look.last = position;
      newest = laterOf(newest, position);
      seen.set(mark, position);
      if (seen.size > roomFor) forget(earlierOf(settledSoFar(position), shortFrom()));
    },
    end(isWhole) {
      settled = settledSoFar(isWhole ? positionAt(look.at) : behind(look.last));
      if (look.isLong && isWhole) lastLongAt = look.at;
      forget(earlierOf(settled, shortFrom()));
    },
    cursorPlace: () => ({
      from: laterOf(start.from, earlierOf(settledSoFar(before(look.last, settleMs)), shortFrom())),
      told: new Set(),
    }),
    exactPlace() {
      // A clock that runs ahead must not carry a reader past what has not been written yet.
      const reached = newest === start.from ? start.from : earlierOf(settled, behind(newest));
      return placeOf(laterOf(start.from, reached), seen);
    },
  };
}

const INSTANT_LENGTH = '2026-01-01T00:00:00.000Z'.length;

const before = (position: string, milliseconds: number) =>
  positionAt(Date.parse(position.slice(0, INSTANT_LENGTH)) - milliseconds);
