import type { ExactRatio } from './exact-ratio.ts';
import { ceilTimes, floorTimes } from './exact-ratio.ts';

/** A value no sample has: what precedes the first sample of a segment. */
const noSample = 0x40000000;
const highUnit = 2 ** 24;

/**
 * Where the scan of one signal stands within a segment: its bin grid, and what is carried from sample to sample.
 * One shape for all signals, so that the loop stays monomorphic.
 */
export interface ScanState {
  /** Index into the bins' arrays of the bin that the next sample belongs to. */
  bin: number;
  /** Samples that bin still takes. */
  left: number;
  /** Bin lengths by Bresenham: `step` samples, or one more when `error` falls below `rest`. */
  step: number;
  rest: number;
  divisor: number;
  error: number;

  previous: number;
  flatNow: number;
  flatLongest: number;

  // The piece being scanned; see `piece` in block-partial.ts.
  min: number;
  max: number;
  sum: number;
  squaresHigh: number;
  squaresLow: number;
  flat: number;
}

/**
 * A scan that begins with sample `firstSample` of a run, whose bins hold `samplesPerBin` samples.
 *
 * @param bin index into the bins' arrays of the bin that sample belongs to
 */
export function startScan(
  firstSample: number,
  samplesPerBin: ExactRatio,
  binsPerSample: ExactRatio,
  bin: number,
): ScanState {
  const { n, d } = samplesPerBin;
  const number = floorTimes(firstSample, binsPerSample);
  const end = ceilTimes(number + 1, samplesPerBin);
  return {
    bin,
    left: end - firstSample,
    step: Math.floor(n / d),
    rest: n % d,
    divisor: d,
    // end * d - (number + 1) * n, by its residue: the products themselves may not be safe integers.
    error: residue(-(number + 1), n, d),
    previous: noSample,
    flatNow: 0,
    flatLongest: 0,
    min: 0,
    max: 0,
    sum: 0,
    squaresHigh: 0,
    squaresLow: 0,
    flat: 0,
  };
}

/**
 * Measures samples [from, to) into the state's piece and the bins. The hot loop of the analysis.
 *
 * Bins hold few samples (16, 17 at most), so that a bin's sum fits 32 bits and its sum of squares a double, for 24-bit
 * samples too. The extremes are taken without branches, since on noise a branch is mispredicted every third sample.
 * Squares are those of halves (exact in a double too): an integer product would be converted at every sample.
 */
export function scanSamples(
  samples: Int32Array,
  from: number,
  to: number,
  state: ScanState,
  binMin: Int32Array,
  binMax: Int32Array,
): void {
  let { bin, left, error, previous, flatNow, flatLongest } = state;
  const { step, rest, divisor } = state;
  let min = 0x7fffffff;
  let max = -0x80000000;
  let sum = 0;
  let squaresHigh = 0;
  let squaresLow = 0;
  let flat = 0;
  let i = from;
  while (i < to) {
    const end = left < to - i ? i + left : to;
    const begin = i;
    let low = samples[i]!;
    let high = low;
    let total = 0;
    let squares = 0;
    let equal = 0;
    const before = previous;
    for (; i < end; i++) {
      const value = samples[i]!;
      const below = (low - value) | 0;
      low = (value + (below & (below >> 31))) | 0;
      const above = (value - high) | 0;
      high = (value - (above & (above >> 31))) | 0;
      total = (total + value) | 0;
      const half = value * 0.5;
      squares += half * half;
      // 1 when both are equal; the difference of two samples fits 25 bits.
      const difference = (value - previous) | 0;
      equal = (equal + (((difference | -difference) >>> 31) ^ 1)) | 0;
      previous = value;
    }
    const length = end - begin;
    if (equal === length) {
      flatNow += equal;
      if (flatNow > flatLongest) flatLongest = flatNow;
    } else if (equal === 0) {
      flatNow = 0;
    } else {
      if (flatNow + equal > flatLongest)
        flatLongest = longestFlatWithin(samples, begin, end, before, flatNow, flatLongest);
      flatNow = trailingFlat(samples, begin, end);
    }
    flat += equal;
    sum += total;
    const part = Math.floor((squares * 4) / highUnit);
    squaresHigh += part;
    squaresLow += squares * 4 - part * highUnit;
    if (low < min) min = low;
    if (high > max) max = high;
    if (low < binMin[bin]!) binMin[bin] = low;
    if (high > binMax[bin]!) binMax[bin] = high;
    left -= length;
    if (left === 0) {
      bin++;
      if (error >= rest) {
        error -= rest;
        left = step;
      } else {
        error += divisor - rest;
        left = step + 1;
      }
    }
  }
  state.bin = bin;
  state.left = left;
  state.error = error;
  state.previous = previous;
  state.flatNow = flatNow;
  state.flatLongest = flatLongest;
  state.min = min;
  state.max = max;
  state.sum = sum;
  state.squaresHigh = squaresHigh;
  state.squaresLow = squaresLow;
  state.flat = flat;
}

/** Samples in [from, to) that lie at a limit of the digital range, and beyond it, and the first of these (-1: none). */
export function countAtLimits(
  samples: Int32Array,
  from: number,
  to: number,
  lowest: number,
  highest: number,
): { clipped: number; outOfRange: number; firstOutOfRange: number } {
  let clipped = 0;
  let outOfRange = 0;
  let firstOutOfRange = -1;
  for (let i = from; i < to; i++) {
    const value = samples[i]!;
    if (value === lowest || value === highest) clipped++;
    else if (value < lowest || value > highest) {
      if (outOfRange === 0) firstOutOfRange = i;
      outOfRange++;
    }
  }
  return { clipped, outOfRange, firstOutOfRange };
}

/** Longest stretch of equal samples, where `flatNow` samples before `begin` were equal to their predecessors. */
function longestFlatWithin(
  samples: Int32Array,
  begin: number,
  end: number,
  before: number,
  flatNow: number,
  longest: number,
): number {
  let previous = before;
  let now = flatNow;
  let best = longest;
  for (let i = begin; i < end; i++) {
    const value = samples[i]!;
    now = value === previous ? now + 1 : 0;
    if (now > best) best = now;
    previous = value;
  }
  return best;
}

function trailingFlat(samples: Int32Array, begin: number, end: number): number {
  let i = end - 1;
  while (i > begin && samples[i] === samples[i - 1]) i--;
  return end - 1 - i;
}

function residue(factor: number, n: number, d: number): number {
  const modulus = BigInt(d);
  const value = (BigInt(factor) * BigInt(n)) % modulus;
  return Number(value < 0n ? value + modulus : value);
}
