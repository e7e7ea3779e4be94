import type { KernelMemory } from './kernel-exports.ts';

/** Bytes of a measure state. */
export const measureStateByteLength = 128;

/** Byte offsets in a measure state, little-endian; assembly/measure.ts, limits.ts and runs.ts have the same. */
export const stateField = {
  /** int32 */
  min: 0,
  max: 4,
  lowest: 8,
  highest: 12,
  previous: 112,
  /** 64 bits */
  sum: 16,
  squaresLow: 24,
  squaresHigh: 32,
  count: 40,
  atLowest: 48,
  atHighest: 56,
  below: 64,
  above: 72,
  firstOutside: 80,
  repeated: 88,
  run: 96,
  longest: 104,
} as const;

/** What `previous` holds before the first sample. */
export const noSample = 0x40000000;

/** Exact statistics of the stored integers of a signal. */
export interface SampleStatistics {
  readonly count: number;
  /** Smallest and largest stored integer; 0 when there are no samples. */
  readonly min: number;
  readonly max: number;
  readonly sum: bigint;
  readonly sumOfSquares: bigint;
  /** Samples equal to digitalMin and digitalMax. */
  readonly atDigitalMin: number;
  readonly atDigitalMax: number;
  /** Samples outside the digital limits, and the first of these (-1: none). */
  readonly belowDigitalMin: number;
  readonly aboveDigitalMax: number;
  readonly firstOutside: number;
  /** Samples that equal the one before them, and the most of these in a row. */
  readonly repeated: number;
  readonly longestRepeat: number;
}

/**
 * Makes a state of no samples.
 *
 * @param lowest digitalMin; a limit that is no integer of 32 bits is never reached
 */
export function clearMeasureState(memory: KernelMemory, at: number, lowest: number, highest: number): void {
  const view = new DataView(memory.buffer, at, measureStateByteLength);
  for (let i = 0; i < measureStateByteLength; i += 4) view.setInt32(i, 0, true);
  view.setInt32(stateField.min, 0x7fffffff, true);
  view.setInt32(stateField.max, -0x80000000, true);
  view.setInt32(stateField.lowest, isInt32(lowest) ? lowest : -0x80000000, true);
  view.setInt32(stateField.highest, isInt32(highest) ? highest : 0x7fffffff, true);
  view.setBigInt64(stateField.firstOutside, -1n, true);
  view.setInt32(stateField.previous, noSample, true);
}

/** The statistics that a state holds. */
export function readMeasureState(memory: KernelMemory, at: number): SampleStatistics {
  const view = new DataView(memory.buffer, at, measureStateByteLength);
  const wide = (offset: number): bigint => view.getBigInt64(offset, true);
  const count = Number(wide(stateField.count));
  return {
    count,
    min: count === 0 ? 0 : view.getInt32(stateField.min, true),
    max: count === 0 ? 0 : view.getInt32(stateField.max, true),
    sum: wide(stateField.sum),
    sumOfSquares: wide(stateField.squaresLow) + (wide(stateField.squaresHigh) << 32n),
    atDigitalMin: Number(wide(stateField.atLowest)),
    atDigitalMax: Number(wide(stateField.atHighest)),
    belowDigitalMin: Number(wide(stateField.below)),
    aboveDigitalMax: Number(wide(stateField.above)),
    firstOutside: Number(wide(stateField.firstOutside)),
    repeated: Number(wide(stateField.repeated)),
    longestRepeat: Number(wide(stateField.longest)),
  };
}

function isInt32(value: number): boolean {
  return (value | 0) === value;
}
