import type { EdfHeader, Finding, Run } from '@edf-pipeline/edf';
import { sampleRateHz } from '@edf-pipeline/edf';
import type { Segment, SegmentMeasures } from './block-partial.ts';
import { edge, piece } from './block-partial.ts';
import { EpochTable } from './epoch-statistics.ts';
import type { EpochStatistics } from './epoch-statistics.ts';
import type { MeasuredSignal } from './geometry.ts';
import { measuredSignals } from './geometry.ts';
import type { AnalysisPlan } from './plan.ts';
import { epochNs } from './plan.ts';
import { sampleFindings } from './sample-findings.ts';
import { addPiece, joinSums, noSums, physicalMeasures, settle } from './sample-sums.ts';
import type { SampleSums } from './sample-sums.ts';

/** Statistics of one signal over the whole recording. Numbers about samples are NaN where there are none. */
export interface SignalStatistics {
  /** Signal index in the header. */
  readonly signal: number;
  readonly sampleCount: number;
  /** Smallest and largest stored integer. */
  readonly digitalMin: number;
  readonly digitalMax: number;
  /** In the signal's physical dimension, as are mean, standard deviation (population) and root mean square. */
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly rootMeanSquare: number;
  /** Samples at a limit of the declared digital range. */
  readonly clippedCount: number;
  /** Samples beyond it. */
  readonly outOfRangeCount: number;
  /** Samples equal to their predecessor in the same run. */
  readonly flatCount: number;
  /** From the first to the last sample of the longest stretch of equal samples. */
  readonly longestFlatSeconds: number;
}

/** What is known of one signal as blocks go by. */
interface SignalTotals {
  readonly sums: SampleSums;
  epoch: SampleSums;
  epochNumber: number;
  /** Last sample of the run so far, NaN at its beginning. */
  last: number;
  trailingFlat: number;
  longestFlat: number;
  /** Sample number in the file of the first sample out of range, -1 when none. */
  firstOutOfRange: number;
}

/** Joins the measures of segments, in file order, to the statistics of the recording. */
export class StatisticsReducer {
  readonly #header: EdfHeader;
  readonly #signals: readonly MeasuredSignal[];
  readonly #totals: SignalTotals[];
  readonly #epochs: EpochTable;
  #runFirstRecord = -1;
  /** Epochs of all runs before the present one, and when that one began. */
  #firstEpoch = 0;
  #runStartNs = 0n;

  constructor(plan: AnalysisPlan) {
    this.#header = plan.header;
    this.#signals = measuredSignals(plan);
    this.#epochs = new EpochTable(this.#signals, plan.hasEpochs);
    this.#totals = this.#signals.map(() => ({
      sums: noSums(),
      epoch: noSums(),
      epochNumber: 0,
      last: NaN,
      trailingFlat: 0,
      longestFlat: 0,
      firstOutOfRange: -1,
    }));
  }

  /** Adds the segments of a block; `runs[i]` is the run of segment i, as known so far. */
  add(measures: SegmentMeasures, runs: readonly Run[]): void {
    let row = 0;
    measures.segments.forEach((segment, index) => {
      this.#beginSegment(segment, runs[index]!);
      const isBridged = this.#joinEdges(segment, measures.edges, index);
      for (
        ;
        row < measures.pieces.length && measures.pieces[row + piece.segment] === index;
        row += piece.width
      ) {
        this.#addPiece(measures.pieces, row, isBridged);
      }
    });
  }

  finish(): { statistics: SignalStatistics[]; epochStatistics: EpochStatistics; findings: Finding[] } {
    this.#signals.forEach((signal) => this.#closeEpoch(signal));
    const statistics = this.#signals.map((signal) => this.#statisticsOf(signal));
    const findings = this.#signals.flatMap((signal, position) =>
      sampleFindings(this.#header, signal, statistics[position]!, this.#totals[position]!.firstOutOfRange),
    );
    return { statistics, epochStatistics: this.#epochs.finish(), findings };
  }

  #beginSegment(segment: Segment, run: Run): void {
    if (segment.runFirstRecord === this.#runFirstRecord) return;
    this.#signals.forEach((signal) => this.#closeEpoch(signal));
    for (const total of this.#totals) {
      total.last = NaN;
      total.trailingFlat = 0;
      total.epochNumber = 0;
    }
    if (this.#runFirstRecord >= 0) {
      const records = BigInt(segment.runFirstRecord - this.#runFirstRecord);
      this.#firstEpoch += Number((records * this.#header.dataRecordDurationNs + epochNs - 1n) / epochNs);
    }
    this.#runFirstRecord = segment.runFirstRecord;
    this.#runStartNs = run.startNs;
  }

  /** Joins stretches of equal samples across the segment's beginning; tells for which signals it continues one. */
  #joinEdges(segment: Segment, edges: Float64Array, index: number): boolean[] {
    return this.#signals.map((signal, position) => {
      const row = (index * this.#signals.length + position) * edge.width;
      const count = edges[row + edge.count]!;
      const total = this.#totals[position]!;
      if (count === 0) return false;
      const leading = edges[row + edge.leadingFlat]!;
      const isBridged = edges[row + edge.first]! === total.last;
      const joined = isBridged ? total.trailingFlat + 1 + leading : leading;
      total.longestFlat = Math.max(total.longestFlat, joined, edges[row + edge.longestFlat]!);
      total.trailingFlat = leading === count - 1 ? joined : edges[row + edge.trailingFlat]!;
      total.last = edges[row + edge.last]!;
      const outside = edges[row + edge.firstOutOfRange]!;
      if (outside >= 0 && total.firstOutOfRange < 0) {
        total.firstOutOfRange = segment.firstRecord * signal.samplesPerDataRecord + outside;
      }
      return isBridged;
    });
  }

  #addPiece(pieces: Float64Array, row: number, isBridged: boolean[]): void {
    const position = pieces[row + piece.signal]!;
    const total = this.#totals[position]!;
    const epoch = pieces[row + piece.epoch]!;
    if (epoch !== total.epochNumber) this.#closeEpoch(this.#signals[position]!);
    total.epochNumber = epoch;
    addPiece(total.epoch, pieces, row);
    if (isBridged[position]) {
      // The segment's first sample equals the last one before it, which only shows here.
      total.epoch.flat += 1;
      isBridged[position] = false;
    }
  }

  #closeEpoch(signal: MeasuredSignal): void {
    const total = this.#totals[signal.position]!;
    if (total.epoch.count === 0) return;
    settle(total.epoch);
    joinSums(total.sums, total.epoch);
    const startNs = this.#runStartNs + BigInt(total.epochNumber) * epochNs;
    this.#epochs.add(signal, this.#firstEpoch + total.epochNumber, startNs, total.epoch);
    total.epoch = noSums();
  }

  #statisticsOf(signal: MeasuredSignal): SignalStatistics {
    const { sums, longestFlat } = this.#totals[signal.position]!;
    const physical = physicalMeasures(sums, signal.header);
    const { mean, standardDeviation } = physical;
    const isEmpty = sums.count === 0;
    return {
      signal: signal.header.index,
      sampleCount: sums.count,
      digitalMin: isEmpty ? NaN : sums.min,
      digitalMax: isEmpty ? NaN : sums.max,
      physicalMin: physical.min,
      physicalMax: physical.max,
      mean,
      standardDeviation,
      rootMeanSquare: Math.sqrt(mean * mean + standardDeviation * standardDeviation),
      clippedCount: sums.clipped,
      outOfRangeCount: sums.outOfRange,
      flatCount: sums.flat,
      longestFlatSeconds: isEmpty ? NaN : longestFlat / sampleRateHz(this.#header, signal.header),
    };
  }
}
