import { digitalSamplesInto } from '@edf-pipeline/edf';
import { BlockMemory } from './block-memory.ts';
import type { Segment, SegmentMeasures } from './block-partial.ts';
import { edge, piece } from './block-partial.ts';
import { ceilTimes, exactRatio, floorTimes } from './exact-ratio.ts';
import type { MeasuredSignal } from './geometry.ts';
import { binsOfRecords, emptyBin, inverse, measuredSignals, samplesPerBin } from './geometry.ts';
import type { AnalysisPlan } from './plan.ts';
import { countAtLimits, scanSamples, startScan } from './scan-samples.ts';
import type { ScanState } from './scan-samples.ts';

/** Bins of signals too slow for level 0 are thrown away; this length only keeps the scan's sums exact. */
const idleBins = exactRatio(16n, 1n);
/** Samples are decoded and scanned while they are in the second-level cache. */
const chunkByteLength = 128 * 1024;

/**
 * Measures the ordinary signals of consecutive data records.
 *
 * @param records exactly the data records that the segments cover, one after another
 * @param segments consecutive; the first begins with the first of `records`
 * @param memory what the bins and slow samples of the result are made of
 */
export function measureSegments(
  plan: AnalysisPlan,
  segments: readonly Segment[],
  records: Uint8Array,
  memory = new BlockMemory(),
): SegmentMeasures {
  const signals = measuredSignals(plan);
  const out = allocate(plan, signals, segments, memory);
  if (signals.length === 0) return { segments, ...out, pieces: new Float64Array(0) };
  const pieces = new PieceTable();
  const recordByteLength = plan.header.dataRecordByteLength;
  const recordsPerChunk = Math.max(1, Math.floor(chunkByteLength / recordByteLength));
  const scratch = memory.filled('samples', recordsPerChunk * plan.samplesOfFastestPerRecord, 0);
  const origin = segments[0]?.firstRecord ?? 0;
  let binOffset = 0;
  let slowOffset = 0;
  segments.forEach((segment, segmentIndex) => {
    const fromRun = segment.firstRecord - segment.runFirstRecord;
    const bins = segmentBins(plan, segment);
    const states = signals.map((signal) => {
      const state = scanStateOf(plan, signal, fromRun, binOffset);
      if (signal.baseLevel === 0) binOffset += bins;
      return state;
    });
    const slowOffsets = signals.map((signal) => {
      const offset = slowOffset;
      if (isSlow(signal)) slowOffset += segment.recordCount * signal.samplesPerDataRecord;
      return offset;
    });
    const edges = out.edges.subarray(
      segmentIndex * signals.length * edge.width,
      (segmentIndex + 1) * signals.length * edge.width,
    );
    for (let record = 0; record < segment.recordCount; record += recordsPerChunk) {
      const count = Math.min(recordsPerChunk, segment.recordCount - record);
      const start = (segment.firstRecord - origin + record) * recordByteLength;
      const chunk = records.subarray(start, start + count * recordByteLength);
      for (const signal of signals) {
        if (signal.samplesPerDataRecord === 0) continue;
        const state = states[signal.position]!;
        const length = digitalSamplesInto(plan.header, signal.header, chunk, count, scratch);
        const at = { segmentIndex, fromRun, record, length };
        const idle = signal.baseLevel > 0;
        if (idle) {
          state.bin = 0;
          out.slowSamples.set(
            scratch.subarray(0, length),
            slowOffsets[signal.position]! + record * signal.samplesPerDataRecord,
          );
        }
        const [binMin, binMax] = idle ? idleTargets(length) : [out.binMin, out.binMax];
        scanChunk(signal, scratch, at, state, binMin, binMax, pieces, edges);
      }
    }
    for (const signal of signals) {
      const row = signal.position * edge.width;
      const state = states[signal.position]!;
      edges[row + edge.trailingFlat] = state.flatNow;
      edges[row + edge.longestFlat] = state.flatLongest;
    }
  });
  return { segments, ...out, pieces: pieces.rows() };
}

/** Number of level 0 bins that a segment touches, its first and last perhaps in part. */
export function segmentBins(
  plan: AnalysisPlan,
  segment: Segment,
  factor = plan.levelFactors[0] ?? 16,
): number {
  const from = segment.firstRecord - segment.runFirstRecord;
  const { firstBin, endBin } = binsOfRecords(
    factor,
    plan.samplesOfFastestPerRecord,
    from,
    from + segment.recordCount,
  );
  return endBin - firstBin;
}

/** True when a signal has samples and too few of them for extremes at level 0: then the samples travel themselves. */
export function isSlow(signal: MeasuredSignal): boolean {
  return signal.samplesPerDataRecord > 0 && signal.baseLevel > 0;
}

interface ChunkPlace {
  readonly segmentIndex: number;
  /** Data records of the run before the segment. */
  readonly fromRun: number;
  /** Data records of the segment before the chunk. */
  readonly record: number;
  readonly length: number;
}

/** Scans one signal's samples of a chunk, epoch by epoch. */
function scanChunk(
  signal: MeasuredSignal,
  samples: Int32Array,
  place: ChunkPlace,
  state: ScanState,
  binMin: Int32Array,
  binMax: Int32Array,
  pieces: PieceTable,
  edges: Float64Array,
): void {
  const { segmentIndex, fromRun, record, length } = place;
  const { samplesPerEpoch, epochsPerSample, lowest, highest, position } = signal;
  const firstSample = (fromRun + record) * signal.samplesPerDataRecord;
  const row = position * edge.width;
  const inSegment = record * signal.samplesPerDataRecord;
  noteEdges(edges, row, samples, length, inSegment);
  let from = 0;
  while (from < length) {
    const epoch = epochsPerSample ? floorTimes(firstSample + from, epochsPerSample) : 0;
    const epochEnd = samplesPerEpoch ? ceilTimes(epoch + 1, samplesPerEpoch) - firstSample : length;
    const to = Math.min(length, epochEnd);
    scanSamples(samples, from, to, state, binMin, binMax);
    let clipped = 0;
    let outOfRange = 0;
    if (state.min <= lowest || state.max >= highest) {
      const limits = countAtLimits(samples, from, to, lowest, highest);
      ({ clipped, outOfRange } = limits);
      if (outOfRange > 0 && edges[row + edge.firstOutOfRange]! < 0) {
        edges[row + edge.firstOutOfRange] = inSegment + limits.firstOutOfRange;
      }
    }
    pieces.add(segmentIndex, position, epoch, to - from, state, clipped, outOfRange);
    from = to;
  }
}

function noteEdges(
  edges: Float64Array,
  row: number,
  samples: Int32Array,
  length: number,
  inSegment: number,
): void {
  const first = inSegment === 0 ? samples[0]! : edges[row + edge.first]!;
  if (inSegment === 0) edges[row + edge.first] = first;
  edges[row + edge.last] = samples[length - 1]!;
  edges[row + edge.count] = inSegment + length;
  // Still in the stretch of samples equal to the very first?
  if (edges[row + edge.leadingFlat]! === Math.max(0, inSegment - 1)) {
    let equal = 0;
    while (equal < length && samples[equal] === first) equal++;
    edges[row + edge.leadingFlat]! += inSegment === 0 ? equal - 1 : equal;
  }
}

function scanStateOf(plan: AnalysisPlan, signal: MeasuredSignal, fromRun: number, bin: number): ScanState {
  const { samplesPerDataRecord, baseLevel } = signal;
  if (baseLevel > 0) return startScan(0, idleBins, inverse(idleBins), 0);
  const ratio = samplesPerBin(plan.levelFactors[0]!, samplesPerDataRecord, plan.samplesOfFastestPerRecord);
  return startScan(fromRun * samplesPerDataRecord, ratio, inverse(ratio), bin);
}

function allocate(
  plan: AnalysisPlan,
  signals: readonly MeasuredSignal[],
  segments: readonly Segment[],
  memory: BlockMemory,
) {
  const withBins = signals.filter((signal) => signal.baseLevel === 0).length;
  const slow = signals.filter(isSlow).reduce((sum, signal) => sum + signal.samplesPerDataRecord, 0);
  const binCount = segments.reduce((sum, segment) => sum + segmentBins(plan, segment), 0) * withBins;
  const recordCount = segments.reduce((sum, segment) => sum + segment.recordCount, 0);
  const edges = new Float64Array(segments.length * signals.length * edge.width);
  for (let row = 0; row < edges.length; row += edge.width) edges[row + edge.firstOutOfRange] = -1;
  const empty = emptyBin(plan.header);
  return {
    edges,
    binMin: memory.filled('min', binCount, empty.min),
    binMax: memory.filled('max', binCount, empty.max),
    slowSamples: memory.filled('slow', recordCount * slow, 0),
  };
}

let idleMin = new Int32Array(0);
let idleMax = new Int32Array(0);

function idleTargets(length: number): [Int32Array, Int32Array] {
  const needed = Math.ceil(length / 16) + 2;
  if (idleMin.length < needed) {
    idleMin = new Int32Array(needed);
    idleMax = new Int32Array(needed);
  }
  return [idleMin, idleMax];
}

/** Rows of a growing table of pieces. */
class PieceTable {
  #rows = new Float64Array(256 * piece.width);
  #length = 0;

  add(
    segment: number,
    signal: number,
    epoch: number,
    count: number,
    state: ScanState,
    clipped: number,
    outOfRange: number,
  ): void {
    if (this.#length === this.#rows.length) {
      const grown = new Float64Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    const rows = this.#rows;
    const row = this.#length;
    rows[row + piece.segment] = segment;
    rows[row + piece.signal] = signal;
    rows[row + piece.epoch] = epoch;
    rows[row + piece.count] = count;
    rows[row + piece.min] = state.min;
    rows[row + piece.max] = state.max;
    rows[row + piece.sum] = state.sum;
    rows[row + piece.squaresHigh] = state.squaresHigh;
    rows[row + piece.squaresLow] = state.squaresLow;
    rows[row + piece.clipped] = clipped;
    rows[row + piece.outOfRange] = outOfRange;
    rows[row + piece.flat] = state.flat;
    this.#length += piece.width;
  }

  /** The rows, in a buffer of their own length. */
  rows(): Float64Array {
    return this.#rows.slice(0, this.#length);
  }
}
