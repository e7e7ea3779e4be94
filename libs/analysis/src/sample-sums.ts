import { physicalScale } from '@edf-pipeline/edf';
import type { SignalHeader } from '@edf-pipeline/edf';
import { piece } from './block-partial.ts';

const highUnit = 2 ** 24;

/** Exact sums over samples of one signal: an epoch, or the whole recording. */
export interface SampleSums {
  count: number;
  min: number;
  max: number;
  sum: bigint;
  squares: bigint;
  clipped: number;
  outOfRange: number;
  flat: number;
  // Pieces are added here first: numbers are an order of magnitude faster than bigints.
  pendingSum: number;
  pendingHigh: number;
  pendingLow: number;
}

export function noSums(): SampleSums {
  return {
    count: 0,
    min: Infinity,
    max: -Infinity,
    sum: 0n,
    squares: 0n,
    clipped: 0,
    outOfRange: 0,
    flat: 0,
    pendingSum: 0,
    pendingHigh: 0,
    pendingLow: 0,
  };
}

/** Adds the piece that begins at index `row` of `pieces`. */
export function addPiece(sums: SampleSums, pieces: Float64Array, row: number): void {
  sums.count += pieces[row + piece.count]!;
  sums.min = Math.min(sums.min, pieces[row + piece.min]!);
  sums.max = Math.max(sums.max, pieces[row + piece.max]!);
  sums.clipped += pieces[row + piece.clipped]!;
  sums.outOfRange += pieces[row + piece.outOfRange]!;
  sums.flat += pieces[row + piece.flat]!;
  const sum = sums.pendingSum + pieces[row + piece.sum]!;
  const high = sums.pendingHigh + pieces[row + piece.squaresHigh]!;
  const low = sums.pendingLow + pieces[row + piece.squaresLow]!;
  if (Number.isSafeInteger(sum) && Number.isSafeInteger(high) && Number.isSafeInteger(low)) {
    sums.pendingSum = sum;
    sums.pendingHigh = high;
    sums.pendingLow = low;
    return;
  }
  settle(sums);
  sums.pendingSum = pieces[row + piece.sum]!;
  sums.pendingHigh = pieces[row + piece.squaresHigh]!;
  sums.pendingLow = pieces[row + piece.squaresLow]!;
}

/** Adds `other`, which is settled, to `sums`. */
export function joinSums(sums: SampleSums, other: SampleSums): void {
  sums.count += other.count;
  sums.min = Math.min(sums.min, other.min);
  sums.max = Math.max(sums.max, other.max);
  sums.sum += other.sum;
  sums.squares += other.squares;
  sums.clipped += other.clipped;
  sums.outOfRange += other.outOfRange;
  sums.flat += other.flat;
}

/** Moves what is pending into the bigints; to be called before these are read. */
export function settle(sums: SampleSums): void {
  sums.sum += BigInt(sums.pendingSum);
  sums.squares += BigInt(sums.pendingHigh) * BigInt(highUnit) + BigInt(sums.pendingLow);
  sums.pendingSum = 0;
  sums.pendingHigh = 0;
  sums.pendingLow = 0;
}

/** Extremes, mean and standard deviation of samples, in physical units. NaN where there are no samples. */
export interface PhysicalMeasures {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the samples as the whole population: divided by n. */
  readonly standardDeviation: number;
}

/**
 * Physical measures from settled exact sums. Rounding happens here and once: the variance's numerator
 * n * sum(x^2) - sum(x)^2 is an exact integer, so that a small spread around a large mean loses nothing.
 */
export function physicalMeasures(sums: SampleSums, signal: SignalHeader): PhysicalMeasures {
  if (sums.count === 0) return { min: NaN, max: NaN, mean: NaN, standardDeviation: NaN };
  const { gain, offset } = physicalScale(signal);
  const ends = [gain * (sums.min + offset), gain * (sums.max + offset)] as const;
  const n = BigInt(sums.count);
  const spread = Number(n * sums.squares - sums.sum * sums.sum);
  return {
    min: Math.min(...ends),
    max: Math.max(...ends),
    mean: gain * (Number(sums.sum) / sums.count + offset),
    standardDeviation: Math.abs(gain) * (Math.sqrt(spread) / sums.count),
  };
}
