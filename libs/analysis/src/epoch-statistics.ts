import type { MeasuredSignal } from './geometry.ts';
import { maxEpochRows } from './plan.ts';
import { physicalMeasures } from './sample-sums.ts';
import type { SampleSums } from './sample-sums.ts';

/**
 * Statistics per signal and 30-second epoch, as columns of equal length: by signal in header order, then by epoch.
 * An epoch in which a signal has no sample has no row. Physical values are in the signal's physical dimension.
 */
export interface EpochStatistics {
  /** Signal index in the header. */
  readonly signal: Int32Array;
  /** From 0, numbered on through the runs of the recording; each run begins a new epoch. */
  readonly epoch: Int32Array;
  /** From the header's start date and time. */
  readonly startNs: BigInt64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  readonly standardDeviation: Float64Array;
  readonly clippedCount: Float64Array;
  readonly flatCount: Float64Array;
  readonly sampleCount: Float64Array;
  /** True when there would be too many rows ({@link maxEpochRows}): then there are none. */
  readonly isOmitted: boolean;
}

const measures = [
  'min',
  'max',
  'mean',
  'standardDeviation',
  'clippedCount',
  'flatCount',
  'sampleCount',
] as const;

interface Columns {
  length: number;
  epoch: Int32Array;
  startNs: BigInt64Array;
  values: Float64Array;
}

/** Collects the rows of {@link EpochStatistics} as epochs end. */
export class EpochTable {
  readonly #signals: readonly MeasuredSignal[];
  #columns: Columns[];
  #rowCount = 0;
  #isOmitted: boolean;

  constructor(signals: readonly MeasuredSignal[], hasEpochs: boolean) {
    this.#signals = signals;
    this.#isOmitted = !hasEpochs;
    this.#columns = signals.map(noColumns);
  }

  /** Adds an epoch of a signal; `sums` are settled. Each signal's epochs come in order. */
  add(signal: MeasuredSignal, epoch: number, startNs: bigint, sums: SampleSums): void {
    if (this.#isOmitted) return;
    if (++this.#rowCount > maxEpochRows) {
      this.#isOmitted = true;
      this.#columns = this.#signals.map(noColumns);
      return;
    }
    const columns = this.#columns[signal.position]!;
    if (columns.length === columns.epoch.length) grow(columns);
    const row = columns.length++;
    const physical = physicalMeasures(sums, signal.header);
    columns.epoch[row] = epoch;
    columns.startNs[row] = startNs;
    columns.values.set(
      [
        physical.min,
        physical.max,
        physical.mean,
        physical.standardDeviation,
        sums.clipped,
        sums.flat,
        sums.count,
      ],
      row * measures.length,
    );
  }

  finish(): EpochStatistics {
    const length = this.#columns.reduce((sum, columns) => sum + columns.length, 0);
    const signal = new Int32Array(length);
    const epoch = new Int32Array(length);
    const startNs = new BigInt64Array(length);
    const [min, max, mean, standardDeviation, clippedCount, flatCount, sampleCount] = measures.map(
      () => new Float64Array(length),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const targets = [min, max, mean, standardDeviation, clippedCount, flatCount, sampleCount];
    let row = 0;
    this.#columns.forEach((columns, position) => {
      signal.fill(this.#signals[position]!.header.index, row, row + columns.length);
      epoch.set(columns.epoch.subarray(0, columns.length), row);
      startNs.set(columns.startNs.subarray(0, columns.length), row);
      for (let i = 0; i < columns.length; i++) {
        for (let m = 0; m < targets.length; m++)
          targets[m]![row + i] = columns.values[i * targets.length + m]!;
      }
      row += columns.length;
    });
    const values = { min, max, mean, standardDeviation, clippedCount, flatCount, sampleCount };
    return { signal, epoch, startNs, ...values, isOmitted: this.#isOmitted };
  }
}

function noColumns(): Columns {
  return { length: 0, epoch: new Int32Array(0), startNs: new BigInt64Array(0), values: new Float64Array(0) };
}

function grow(columns: Columns): void {
  const capacity = Math.max(64, columns.length * 2);
  const epoch = new Int32Array(capacity);
  epoch.set(columns.epoch);
  const startNs = new BigInt64Array(capacity);
  startNs.set(columns.startNs);
  const values = new Float64Array(capacity * measures.length);
  values.set(columns.values);
  Object.assign(columns, { epoch, startNs, values });
}
