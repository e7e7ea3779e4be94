import type { Annotation } from '@edf-pipeline/edf';
import type { FindingTally } from './finding-tally.ts';

/** Consecutive data records of one block that belong to one run. */
export interface Segment {
  readonly firstRecord: number;
  readonly recordCount: number;
  /** Data record with which the run begins; at or before `firstRecord`, perhaps in an earlier block. */
  readonly runFirstRecord: number;
}

/** The fields of a row of {@link SegmentMeasures.pieces}: samples of one signal in one epoch, or a part of them. */
export const piece = {
  segment: 0, // index into segments
  signal: 1, // position among the ordinary signals
  epoch: 2, // from 0 in each run
  count: 3,
  min: 4,
  max: 5,
  sum: 6, // exact: |sum| < 2^53
  squaresHigh: 7, // sum of squares = high * 2^24 + low, both exact
  squaresLow: 8,
  clipped: 9,
  outOfRange: 10,
  flat: 11, // samples equal to their predecessor within the segment
  width: 12,
} as const;

/** The fields of a row of {@link SegmentMeasures.edges}: what joins one signal's samples across segment borders. */
export const edge = {
  count: 0, // samples in the segment
  first: 1, // value of the first sample
  last: 2,
  leadingFlat: 3, // samples after the first that equal their predecessor, up to the first that does not
  trailingFlat: 4,
  longestFlat: 5,
  firstOutOfRange: 6, // sample index in the segment, -1 when none
  width: 7,
} as const;

/** What the samples of a block measure, given the runs they lie in. All numbers are exact integers. */
export interface SegmentMeasures {
  readonly segments: readonly Segment[];
  /** Rows of `piece.width` numbers; for each signal in time order. */
  readonly pieces: Float64Array;
  /** Rows of `edge.width` numbers, segment-major, one for each ordinary signal. */
  readonly edges: Float64Array;
  /**
   * Level 0 bins, segment-major, then the signals that have them, then bin; a bin without samples has min > max.
   * A bin that another segment shares holds this segment's part.
   */
  readonly binMin: Int32Array;
  readonly binMax: Int32Array;
  /** Samples of the signals too slow for level 0, segment-major, then signal, then sample. */
  readonly slowSamples: Int32Array;
}

/** When a data record says it begins (null: it does not say), and with how many decimals that is written. */
export interface RecordOnset {
  readonly onsetNs: bigint | null;
  readonly decimals: number;
}

/** What one block contributes. Depends on the block alone; can be cloned or transferred. */
export interface BlockPartial {
  readonly block: number;
  readonly firstRecord: number;
  readonly recordCount: number;
  /** Time-keeping onset of each data record; empty for files that have none. */
  readonly onsets: readonly RecordOnset[];
  readonly annotations: readonly Annotation[];
  readonly findings: FindingTally;
  readonly measures: SegmentMeasures;
  /**
   * A copy of the block's data records, kept only while a gap before the block could still shift its epochs and
   * bins (not the first block, EDF+ or BDF+ only): the reducer knows the gaps and measures again where needed.
   */
  readonly records: Uint8Array | null;
}

/** The buffers to hand to `postMessage(partial, transfer)`, so that a partial moves between threads uncopied. */
export function partialTransferables(partial: BlockPartial): ArrayBuffer[] {
  const { pieces, edges, binMin, binMax, slowSamples } = partial.measures;
  const views = [pieces, edges, binMin, binMax, slowSamples, ...(partial.records ? [partial.records] : [])];
  return views.map((view) => view.buffer as ArrayBuffer);
}
