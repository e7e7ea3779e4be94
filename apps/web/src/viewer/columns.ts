import type { Segment } from './series.ts';

/** For each pixel column the lowest and highest value of the curve in it; NaN where there is none. */
export interface Columns {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Empty columns; `low` and `high` have one entry a pixel. */
export function createColumns(width: number): Columns {
  return { low: new Float32Array(width).fill(Number.NaN), high: new Float32Array(width).fill(Number.NaN) };
}

/**
 * Adds one segment to the columns. Samples are joined by straight lines, so that a column between two
 * samples holds the piece of the line that crosses it; nothing is drawn before the first or after the last.
 *
 * @param pixelOf pixel position of a time: `(seconds - origin) * scale`
 */
export function addSegment(
  columns: Columns,
  segment: Segment,
  origin: number,
  pixelsPerSecond: number,
): void {
  const x0 = (segment.start - origin) * pixelsPerSecond;
  const dx = segment.step * pixelsPerSecond;
  if (segment.kind === 'samples') addSamples(columns, segment.values, x0, dx);
  else addRanges(columns, segment.min, segment.max, x0, dx);
}

function addSamples({ low, high }: Columns, values: ArrayLike<number>, x0: number, dx: number): void {
  const width = low.length;
  const count = values.length;
  const from = Math.max(0, Math.floor(-x0 / dx) - 1);
  const to = Math.min(count, Math.ceil((width - x0) / dx) + 2);
  let previousColumn = -1;
  let previous = 0;
  for (let at = from; at < to; at++) {
    const x = x0 + at * dx;
    const column = Math.floor(x);
    const value = values[at]!;
    if (at > from && column !== previousColumn) {
      const previousX = x - dx;
      const slope = (value - previous) / dx;
      const last = Math.min(column, width);
      for (let edge = Math.max(previousColumn + 1, 0); edge <= last; edge++) {
        const crossing = previous + slope * (edge - previousX);
        if (edge > 0) include(low, high, edge - 1, crossing);
        if (edge < width) include(low, high, edge, crossing);
      }
    }
    if (column >= 0 && column < width) include(low, high, column, value);
    previousColumn = column;
    previous = value;
  }
}

function addRanges(
  { low, high }: Columns,
  min: ArrayLike<number>,
  max: ArrayLike<number>,
  x0: number,
  dx: number,
): void {
  const width = low.length;
  const from = Math.max(0, Math.floor(-x0 / dx) - 1);
  const to = Math.min(min.length, Math.ceil((width - x0) / dx) + 1);
  let lastColumn = -1;
  for (let at = from; at < to; at++) {
    const left = x0 + at * dx;
    if (left + dx <= 0 || left >= width) continue;
    const bottom = min[at]!;
    const top = max[at]!;
    if (bottom > top) {
      lastColumn = -1;
      continue;
    }
    const first = Math.max(0, Math.floor(left));
    const last = Math.min(width - 1, Math.max(first, Math.ceil(left + dx) - 1));
    for (let column = first; column <= last; column++) {
      include(low, high, column, bottom);
      include(low, high, column, top);
    }
    // The curve goes on between bins: neighbouring columns that do not touch are joined.
    if (lastColumn >= 0 && first === lastColumn + 1 && first < width) {
      if (low[first]! > high[lastColumn]!) low[first] = high[lastColumn]!;
      else if (high[first]! < low[lastColumn]!) high[first] = low[lastColumn]!;
    }
    lastColumn = last;
  }
}

function include(low: Float32Array, high: Float32Array, column: number, value: number): void {
  if (!(low[column]! <= value)) low[column] = value;
  if (!(high[column]! >= value)) high[column] = value;
}

/** Median of the middles of the columns, from at most 512 of them; NaN without any. */
export function medianOf({ low, high }: Columns): number {
  const step = Math.max(1, Math.floor(low.length / 512));
  const middles: number[] = [];
  for (let column = 0; column < low.length; column += step) {
    const middle = (low[column]! + high[column]!) / 2;
    if (middle === middle) middles.push(middle);
  }
  if (middles.length === 0) return Number.NaN;
  middles.sort((a, b) => a - b);
  return middles[middles.length >> 1]!;
}

/** Lowest and highest value of all columns, or null without any. */
export function extentOf({ low, high }: Columns): { low: number; high: number } | null {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < low.length; column++) {
    if (low[column]! < lowest) lowest = low[column]!;
    if (high[column]! > highest) highest = high[column]!;
  }
  return highest >= lowest ? { low: lowest, high: highest } : null;
}
