import type { Run } from '@edf-pipeline/edf';
import { BlockMemory } from './block-memory.ts';
import type { Segment, SegmentMeasures } from './block-partial.ts';
import type { MeasuredSignal } from './geometry.ts';
import { binsOfRecords, emptyBin, measuredSignals, samplesPerBin } from './geometry.ts';
import { isSlow, segmentBins } from './measure-segments.ts';
import type { OverviewIndex } from './overview-format.ts';
import { tileBins } from './overview-format.ts';
import type { FinishedTile, LevelBins } from './overview-level.ts';
import { LevelBuilder, binSamples } from './overview-level.ts';
import type { AnalysisPlan } from './plan.ts';

/** Tiles of the coarsest level that are kept for the preview; far more than a recording with few gaps has. */
const keptTiles = 16;

/**
 * Builds the overview from segments in file order. Tiles leave as they are complete: by the data record that
 * completes them, then by level; so that neither their bytes nor their order depend on the blocks.
 */
export class OverviewBuilder {
  readonly #plan: AnalysisPlan;
  readonly #signals: readonly MeasuredSignal[];
  readonly #levels: LevelBuilder[];
  readonly #emit: (tile: Uint8Array) => void;
  readonly #memory = new BlockMemory();
  readonly #places: { offset: number; byteLength: number }[][];
  #coarsest: Uint8Array[] | null = [];
  #offset = 0;
  #runFirstRecord = -1;

  /** @param emit receives each tile, which is its own from then on */
  constructor(plan: AnalysisPlan, emit: (tile: Uint8Array) => void) {
    this.#plan = plan;
    this.#signals = measuredSignals(plan);
    this.#levels = plan.levelFactors.map((_, level) => new LevelBuilder(plan, this.#signals, level));
    this.#emit = emit;
    this.#places = this.#levels.map(() => []);
  }

  /** Adds the segments of a block. */
  add(measures: SegmentMeasures): void {
    if (this.#levels.length === 0) return;
    let binOffset = 0;
    let slowOffset = 0;
    for (const segment of measures.segments) {
      this.#beginSegment(segment);
      const bins = segmentBins(this.#plan, segment);
      const binOffsets = this.#signals.map((signal) => {
        if (signal.baseLevel > 0) return -1;
        binOffset += bins;
        return binOffset - bins;
      });
      const slow = this.#signals.map((signal) => {
        if (!isSlow(signal)) return noSamples;
        const count = segment.recordCount * signal.samplesPerDataRecord;
        slowOffset += count;
        return measures.slowSamples.subarray(slowOffset - count, slowOffset);
      });
      this.#addSegment(segment, measures, binOffsets, slow);
    }
  }

  /** Ends the recording. `runs` are those of the timeline. */
  finish(runs: readonly Run[]): { index: OverviewIndex; coarsestTiles: Uint8Array[] | null } {
    this.#endRun(this.#plan.dataRecordCount);
    for (const level of this.#levels) level.finish().forEach((tile) => this.#leave(tile));
    const { header, samplesOfFastestPerRecord } = this.#plan;
    const index: OverviewIndex = {
      schemaVersion: 1,
      sampleByteLength: header.bytesPerSample === 2 ? 2 : 4,
      tileBins,
      samplesOfFastestPerRecord,
      runs: runs.map(({ firstRecord, recordCount, startNs }) => ({
        firstRecord,
        recordCount,
        startNs: startNs.toString(),
      })),
      signals: this.#signals.map(({ header: signal }) => ({
        index: signal.index,
        label: signal.label,
        samplesPerDataRecord: signal.samplesPerDataRecord,
      })),
      levels: this.#levels.map((level) => ({
        factor: level.factor,
        binSeconds: (level.factor * header.dataRecordDurationSeconds) / samplesOfFastestPerRecord,
        firstBinOfRun: level.firstBinOfRun,
        binCount: level.binCount,
        kinds: level.kinds,
        tiles: this.#places[level.level]!,
      })),
    };
    return { index, coarsestTiles: this.#coarsest };
  }

  #beginSegment(segment: Segment): void {
    if (segment.runFirstRecord === this.#runFirstRecord) return;
    this.#endRun(segment.runFirstRecord);
    this.#runFirstRecord = segment.runFirstRecord;
    for (const level of this.#levels) level.beginRun();
  }

  #endRun(endRecord: number): void {
    if (this.#runFirstRecord < 0) return;
    const recordCount = endRecord - this.#runFirstRecord;
    for (const level of this.#levels) level.endRun(recordCount).forEach((tile) => this.#leave(tile));
  }

  #addSegment(
    segment: Segment,
    measures: SegmentMeasures,
    offsets: number[],
    slow: readonly Int32Array[],
  ): void {
    const from = segment.firstRecord - segment.runFirstRecord;
    const to = from + segment.recordCount;
    const fastest = this.#plan.samplesOfFastestPerRecord;
    const finished: FinishedTile[] = [];
    let bins: LevelBins = {
      ...placeOf(binsOfRecords(this.#levels[0]!.factor, fastest, from, to)),
      min: measures.binMin,
      max: measures.binMax,
      offsets,
    };
    for (const level of this.#levels) {
      if (level.level > 0) bins = this.#coarser(level, bins, from, to, slow);
      finished.push(...level.add(from, to, bins, (position) => slow[position]!));
    }
    finished.sort((a, b) => a.afterRecord - b.afterRecord || a.level - b.level);
    for (const tile of finished) this.#leave(tile);
  }

  /** A segment's bins at a level, from those of the level below, or from samples where that one has none. */
  #coarser(
    level: LevelBuilder,
    below: LevelBins,
    from: number,
    to: number,
    slow: readonly Int32Array[],
  ): LevelBins {
    const fastest = this.#plan.samplesOfFastestPerRecord;
    const { firstBin, count } = placeOf(binsOfRecords(level.factor, fastest, from, to));
    const withBins = this.#signals.filter((signal) => signal.baseLevel <= level.level).length;
    const empty = emptyBin(this.#plan.header);
    const min = this.#memory.filled(`min${level.level}`, withBins * count, empty.min);
    const max = this.#memory.filled(`max${level.level}`, withBins * count, empty.max);
    let next = 0;
    const offsets = this.#signals.map((signal, position) => {
      if (signal.baseLevel > level.level) return -1;
      const offset = next;
      next += count;
      if (signal.baseLevel === level.level) {
        const { samplesPerDataRecord } = signal;
        const ratio = samplesPerBin(level.factor, samplesPerDataRecord, fastest);
        binSamples(slow[position]!, from * samplesPerDataRecord, ratio, { firstBin, min, max }, offset);
      } else {
        mergeFours(below, below.offsets[position]!, firstBin, min, max, offset);
      }
      return offset;
    });
    return { firstBin, count, min, max, offsets };
  }

  #leave({ level, bytes }: FinishedTile): void {
    this.#places[level]!.push({ offset: this.#offset, byteLength: bytes.byteLength });
    this.#offset += bytes.byteLength;
    if (level === this.#levels.length - 1 && this.#coarsest) {
      this.#coarsest.push(bytes.slice());
      if (this.#coarsest.length > keptTiles) this.#coarsest = null;
    }
    this.#emit(bytes);
  }
}

const noSamples = new Int32Array(0);

function placeOf({ firstBin, endBin }: { firstBin: number; endBin: number }): {
  firstBin: number;
  count: number;
} {
  return { firstBin, count: endBin - firstBin };
}

/** Every four bins of the level below make one; the first and the last one may have fewer. */
function mergeFours(
  below: LevelBins,
  belowOffset: number,
  firstBin: number,
  min: Int32Array,
  max: Int32Array,
  offset: number,
): void {
  const end = belowOffset + below.count;
  let left = 4 - (below.firstBin & 3);
  let at = offset + (below.firstBin >>> 2) - firstBin;
  for (let from = belowOffset; from < end; at++) {
    const to = Math.min(end, from + left);
    min[at] = lowest(below.min, from, to);
    max[at] = highest(below.max, from, to);
    from = to;
    left = 4;
  }
}

// Without branches: on noise, one is mispredicted every second time. Differences of bins fit 26 bits.
function lowest(bins: Int32Array, from: number, to: number): number {
  let low = bins[from]!;
  for (let i = from + 1; i < to; i++) {
    const value = bins[i]!;
    const below = (low - value) | 0;
    low = (value + (below & (below >> 31))) | 0;
  }
  return low;
}

function highest(bins: Int32Array, from: number, to: number): number {
  let high = bins[from]!;
  for (let i = from + 1; i < to; i++) {
    const value = bins[i]!;
    const above = (value - high) | 0;
    high = (value - (above & (above >> 31))) | 0;
  }
  return high;
}
