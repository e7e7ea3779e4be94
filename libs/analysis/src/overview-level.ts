import { ceilTimes, floorTimes } from './exact-ratio.ts';
import type { ExactRatio } from './exact-ratio.ts';
import type { LevelKind, MeasuredSignal } from './geometry.ts';
import { binsOfRecords, emptyBin, inverse, levelKind, samplesPerBin } from './geometry.ts';
import { tileBins } from './overview-format.ts';
import type { AnalysisPlan } from './plan.ts';

/** A finished tile, and when it was: after how many data records of the present run. */
export interface FinishedTile {
  readonly level: number;
  readonly afterRecord: number;
  readonly bytes: Uint8Array;
}

/** Bins of one level that a segment touches, for the signals that have extremes there. */
export interface LevelBins {
  /** First bin, counted from the beginning of the run. */
  readonly firstBin: number;
  readonly count: number;
  readonly min: Int32Array;
  readonly max: Int32Array;
  /** Where each signal's bins begin in `min` and `max`; -1 for a signal without. */
  readonly offsets: readonly number[];
}

interface LevelSignal {
  readonly kind: LevelKind;
  readonly samplesPerDataRecord: number;
  /** Samples per bin; null for a signal without samples. */
  readonly ratio: ExactRatio | null;
  /** Extremes of the tile's bins, or (in `min`) its samples. */
  readonly min: Int32Array;
  readonly max: Int32Array;
  rawCount: number;
}

/** One level of the overview while it grows: holds its present tile and nothing of those before. */
export class LevelBuilder {
  readonly level: number;
  readonly factor: number;
  readonly firstBinOfRun: number[] = [];
  readonly #plan: AnalysisPlan;
  readonly #signals: LevelSignal[];
  /** Bins of the finished runs. */
  #binsBefore = 0;
  #tile = 0;
  readonly #empty: { min: number; max: number };

  constructor(plan: AnalysisPlan, signals: readonly MeasuredSignal[], level: number) {
    this.level = level;
    this.factor = plan.levelFactors[level]!;
    this.#plan = plan;
    this.#empty = emptyBin(plan.header);
    const fastest = plan.samplesOfFastestPerRecord;
    this.#signals = signals.map(({ samplesPerDataRecord }) => {
      const kind = levelKind(this.factor, samplesPerDataRecord, fastest);
      const ratio = kind === 'none' ? null : samplesPerBin(this.factor, samplesPerDataRecord, fastest);
      // Fewer than two samples per bin, two at most.
      const length = { minmax: tileBins, raw: 2 * tileBins, none: 0 }[kind];
      return {
        kind,
        samplesPerDataRecord,
        ratio,
        min: new Int32Array(length).fill(this.#empty.min),
        max: new Int32Array(kind === 'minmax' ? length : 0).fill(this.#empty.max),
        rawCount: 0,
      };
    });
  }

  get kinds(): LevelKind[] {
    return this.#signals.map((signal) => signal.kind);
  }

  get binCount(): number {
    return this.#binsBefore;
  }

  beginRun(): void {
    this.firstBinOfRun.push(this.#binsBefore);
  }

  /** Ends a run of `recordCount` data records; a tile that its last, shorter bin fills is finished. */
  endRun(recordCount: number): FinishedTile[] {
    this.#binsBefore += binsOfRecords(
      this.factor,
      this.#plan.samplesOfFastestPerRecord,
      0,
      recordCount,
    ).endBin;
    const isFull = this.#binsBefore >= (this.#tile + 1) * tileBins;
    return isFull ? [this.#finishTile(tileBins, recordCount)] : [];
  }

  /** The last tile, where it is not a full one. */
  finish(): FinishedTile[] {
    const rest = this.#binsBefore - this.#tile * tileBins;
    return rest > 0 ? [this.#finishTile(rest, 0)] : [];
  }

  /**
   * Adds data records [from, to) of the present run.
   *
   * @param samplesOf the samples of these records of a signal that this level holds raw
   */
  add(
    from: number,
    to: number,
    bins: LevelBins,
    samplesOf: (position: number) => Int32Array,
  ): FinishedTile[] {
    const finished: FinishedTile[] = [];
    const fastest = this.#plan.samplesOfFastestPerRecord;
    const complete = Math.floor((to * fastest) / this.factor);
    const end = bins.firstBin + bins.count;
    let bin = bins.firstBin;
    while (bin < end) {
      const tileEnd = (this.#tile + 1) * tileBins - this.#binsBefore;
      const until = Math.min(end, tileEnd);
      this.#signals.forEach((signal, position) => {
        if (signal.kind === 'minmax') this.#mergeBins(signal, bins, bins.offsets[position]!, bin, until);
        if (signal.kind === 'raw') {
          appendSamples(signal, samplesOf(position), from * signal.samplesPerDataRecord, bin, until);
        }
      });
      if (complete >= tileEnd) {
        finished.push(this.#finishTile(tileBins, Math.ceil((tileEnd * this.factor) / fastest)));
      }
      bin = until;
    }
    return finished;
  }

  #mergeBins(signal: LevelSignal, bins: LevelBins, offset: number, from: number, until: number): void {
    const source = offset + from - bins.firstBin;
    const target = this.#binsBefore + from - this.#tile * tileBins;
    // Only the segment's first bin can hold something already; the others are copied, which is far faster.
    const isFirst = from === bins.firstBin;
    const low = signal.min[target]!;
    const high = signal.max[target]!;
    signal.min.set(bins.min.subarray(source, source + until - from), target);
    signal.max.set(bins.max.subarray(source, source + until - from), target);
    if (isFirst && low < signal.min[target]!) signal.min[target] = low;
    if (isFirst && high > signal.max[target]!) signal.max[target] = high;
  }

  #finishTile(bins: number, afterRecord: number): FinishedTile {
    const isNarrow = this.#plan.header.bytesPerSample === 2;
    const lengths = this.#signals.map((signal) => (signal.kind === 'minmax' ? 2 * bins : signal.rawCount));
    const length = lengths.reduce((sum, each) => sum + each, 0);
    const values = isNarrow ? new Int16Array(length) : new Int32Array(length);
    let at = 0;
    for (const signal of this.#signals) {
      if (signal.kind === 'minmax') {
        values.set(signal.min.subarray(0, bins), at);
        values.set(signal.max.subarray(0, bins), at + bins);
        at += 2 * bins;
        signal.min.fill(this.#empty.min);
        signal.max.fill(this.#empty.max);
      } else {
        values.set(signal.min.subarray(0, signal.rawCount), at);
        at += signal.rawCount;
        signal.rawCount = 0;
      }
    }
    this.#tile++;
    return { level: this.level, afterRecord, bytes: littleEndianBytes(values) };
  }
}

/** Appends the samples in bins [fromBin, untilBin) of those given, which begin with sample `first` of the run. */
function appendSamples(
  signal: LevelSignal,
  samples: Int32Array,
  first: number,
  fromBin: number,
  untilBin: number,
): void {
  const ratio = signal.ratio!;
  const from = Math.max(0, ceilTimes(fromBin, ratio) - first);
  const to = Math.min(samples.length, ceilTimes(untilBin, ratio) - first);
  if (to <= from) return;
  signal.min.set(samples.subarray(from, to), signal.rawCount);
  signal.rawCount += to - from;
}

function littleEndianBytes(values: Int16Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer);
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return bytes;
  const view = new DataView(values.buffer);
  const isNarrow = values instanceof Int16Array;
  values.forEach((value, i) =>
    isNarrow ? view.setInt16(i * 2, value, true) : view.setInt32(i * 4, value, true),
  );
  return bytes;
}

/** Bins of a level from the samples of a segment, for a signal that the level below holds raw. */
export function binSamples(
  samples: Int32Array,
  firstSample: number,
  ratio: ExactRatio,
  bins: Pick<LevelBins, 'firstBin' | 'min' | 'max'>,
  offset: number,
): void {
  const { min, max } = bins;
  let bin = floorTimes(firstSample, inverse(ratio));
  let i = 0;
  while (i < samples.length) {
    const end = Math.min(samples.length, ceilTimes(bin + 1, ratio) - firstSample);
    const at = offset + bin - bins.firstBin;
    for (; i < end; i++) {
      const value = samples[i]!;
      if (value < min[at]!) min[at] = value;
      if (value > max[at]!) max[at] = value;
    }
    bin++;
  }
}
