import { ceilTimes } from './exact-ratio.ts';
import { samplesPerBin } from './geometry.ts';
import type { LevelKind } from './geometry.ts';

/** Bins in a tile; the last tile of a level may have fewer. */
export const tileBins = 1024;

/** A level of the overview: the whole recording at one resolution. */
export interface OverviewLevel {
  /** Samples of the fastest signal per bin: 16, 64, 256 ... */
  readonly factor: number;
  readonly binSeconds: number;
  /** Number of the first bin of each run; bins are numbered on through the runs and never cross them. */
  readonly firstBinOfRun: readonly number[];
  readonly binCount: number;
  /** How this level holds each of `signals`. */
  readonly kinds: readonly LevelKind[];
  /** Where each tile lies in overview.bin; tile t holds bins [1024 t, 1024 (t + 1)). */
  readonly tiles: readonly { readonly offset: number; readonly byteLength: number }[];
}

/** overview.index: what overview.bin holds, and where. */
export interface OverviewIndex {
  readonly schemaVersion: 1;
  /** int16, or int24 held in int32; little-endian. */
  readonly sampleByteLength: 2 | 4;
  readonly tileBins: 1024;
  readonly samplesOfFastestPerRecord: number;
  /** `startNs` is relative to the header's start date and time. */
  readonly runs: readonly {
    readonly firstRecord: number;
    readonly recordCount: number;
    readonly startNs: string;
  }[];
  /** Ordinary signals, in header order. */
  readonly signals: readonly {
    readonly index: number;
    readonly label: string;
    readonly samplesPerDataRecord: number;
  }[];
  readonly levels: readonly OverviewLevel[];
}

/** Consecutive bins of one run that a tile holds. */
export interface TileSpan {
  /** Index into the overview's runs. */
  readonly run: number;
  /** First bin, counted from the beginning of the run. */
  readonly firstBin: number;
  readonly binCount: number;
  /** Place of that bin in the tile. */
  readonly at: number;
  /** When that bin begins, from the header's start date and time. */
  readonly startNs: bigint;
}

/** The runs' parts in a tile, in order. */
export function tileSpans(index: OverviewIndex, level: number, tile: number): TileSpan[] {
  const { firstBinOfRun, binCount, binSeconds } = index.levels[level]!;
  const begin = tile * tileBins;
  const end = Math.min(begin + tileBins, binCount);
  const spans: TileSpan[] = [];
  for (let run = runOfBin(firstBinOfRun, begin); run < index.runs.length; run++) {
    const first = firstBinOfRun[run]!;
    if (first >= end) break;
    const from = Math.max(begin, first);
    const to = Math.min(end, firstBinOfRun[run + 1] ?? binCount);
    if (to <= from) continue;
    const startNs = BigInt(index.runs[run]!.startNs) + nanoseconds((from - first) * binSeconds);
    spans.push({ run, firstBin: from - first, binCount: to - from, at: from - begin, startNs });
  }
  return spans;
}

/**
 * The samples [from, to) of signal `signal` (position in `index.signals`), counted from the beginning of the run,
 * that lie in a span: one value each where the level's kind is 'raw'.
 */
export function spanSamples(
  index: OverviewIndex,
  level: number,
  signal: number,
  span: Pick<TileSpan, 'run' | 'firstBin' | 'binCount'>,
): { from: number; to: number } {
  const perRecord = index.signals[signal]!.samplesPerDataRecord;
  const ratio = samplesPerBin(index.levels[level]!.factor, perRecord, index.samplesOfFastestPerRecord);
  const end = index.runs[span.run]!.recordCount * perRecord;
  const from = Math.min(end, ceilTimes(span.firstBin, ratio));
  return { from, to: Math.min(end, ceilTimes(span.firstBin + span.binCount, ratio)) };
}

/**
 * A tile's values by signal, in the order of `index.signals`. Kind 'minmax': the minimum of each bin, then the
 * maximum of each (a bin without samples has min > max). Kind 'raw': the samples of the tile's spans, one span after
 * the other. Kind 'none': empty.
 *
 * @param bytes the tile, as the index locates it; not kept
 * @throws RangeError when `bytes` do not have the tile's length
 */
export function decodeTile(
  index: OverviewIndex,
  level: number,
  tile: number,
  bytes: Uint8Array,
): (Int16Array | Int32Array)[] {
  const { kinds, binCount } = index.levels[level]!;
  const spans = tileSpans(index, level, tile);
  const bins = Math.min(tileBins, binCount - tile * tileBins);
  const lengths = kinds.map((kind, signal) => {
    if (kind === 'minmax') return 2 * bins;
    if (kind === 'none') return 0;
    return spans.reduce((sum, span) => {
      const { from, to } = spanSamples(index, level, signal, span);
      return sum + to - from;
    }, 0);
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.byteLength !== total * index.sampleByteLength) {
    throw new RangeError(
      `The tile has ${total * index.sampleByteLength} bytes; ${bytes.byteLength} were given.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return lengths.map((length) => {
    const values = index.sampleByteLength === 2 ? new Int16Array(length) : new Int32Array(length);
    for (let i = 0; i < length; i++, at += index.sampleByteLength) {
      values[i] = index.sampleByteLength === 2 ? view.getInt16(at, true) : view.getInt32(at, true);
    }
    return values;
  });
}

/**
 * The tiles of a level that hold anything of the time [startNs, endNs), in order. Times are relative to the header's
 * start date and time.
 */
export function tilesForWindow(
  index: OverviewIndex,
  level: number,
  startNs: bigint,
  endNs: bigint,
): number[] {
  const { firstBinOfRun, binCount, binSeconds } = index.levels[level]!;
  const tiles = new Set<number>();
  index.runs.forEach((run, number) => {
    const first = firstBinOfRun[number]!;
    const bins = (firstBinOfRun[number + 1] ?? binCount) - first;
    const from = Math.floor(Number(startNs - BigInt(run.startNs)) / 1e9 / binSeconds);
    const to = Math.ceil(Number(endNs - BigInt(run.startNs)) / 1e9 / binSeconds);
    if (to <= 0 || from >= bins || to <= from) return;
    const firstTile = Math.floor((first + Math.max(0, from)) / tileBins);
    const lastTile = Math.floor((first + Math.min(bins, to) - 1) / tileBins);
    for (let tile = firstTile; tile <= lastTile; tile++) tiles.add(tile);
  });
  return [...tiles].sort((a, b) => a - b);
}

/**
 * The coarsest level whose bins are no longer than a pixel, or -1 when none is as fine: then the data records
 * themselves are to be read.
 */
export function levelFor(index: OverviewIndex, secondsPerPixel: number): number {
  let level = -1;
  index.levels.forEach((candidate, number) => {
    if (candidate.binSeconds <= secondsPerPixel) level = number;
  });
  return level;
}

function runOfBin(firstBinOfRun: readonly number[], bin: number): number {
  let low = 0;
  let high = firstBinOfRun.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (firstBinOfRun[middle]! <= bin) low = middle;
    else high = middle - 1;
  }
  return low;
}

function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e9));
}
