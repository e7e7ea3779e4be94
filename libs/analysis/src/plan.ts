import type { EdfHeader, SignalHeader } from '@edf-pipeline/edf';

/** How a recording is cut and on which grids it is measured: arithmetic on the header alone. Can be cloned. */
export interface AnalysisPlan {
  readonly header: EdfHeader;
  /** Complete data records that are in the file. */
  readonly dataRecordCount: number;
  readonly recordsPerBlock: number;
  readonly blockCount: number;
  readonly epochSeconds: 30;
  /** False where there would be more than {@link maxEpochRows} rows: then only whole-recording statistics. */
  readonly hasEpochs: boolean;
  /** Samples of the fastest ordinary signal in one data record; 0 when there is nothing to measure. */
  readonly samplesOfFastestPerRecord: number;
  /** Samples of the fastest signal in one overview bin, finest level first: 16, 64, 256 ... */
  readonly levelFactors: readonly number[];
}

/** A block's place: data records, and bytes from the start of the file (`end` exclusive). */
export interface BlockRange {
  readonly firstRecord: number;
  readonly recordCount: number;
  readonly start: number;
  readonly end: number;
}

export const epochNs = 30_000_000_000n;

/**
 * Most rows (signal x epoch) that statistics per epoch may have: 128 signals for five days. A header can promise
 * records of years in a few bytes; such a file gets no epochs instead of all the memory.
 */
export const maxEpochRows = 2_097_152;

/** What is made of a block, and the block, stay in the processor's cache. */
const defaultBlockByteLength = 1024 * 1024;
/** Bounds what a block of tiny data records can hold besides its samples. */
const maxSignalRecordsPerBlock = 131_072;
const finestFactor = 16;
const coarsestLevelBins = 2048;

/**
 * Cuts a recording into blocks of whole data records, each about `blockByteLength` bytes (at least one record).
 * The results do not depend on the block length.
 */
export function planAnalysis(
  header: EdfHeader,
  dataRecordCount: number,
  options: { blockByteLength?: number } = {},
): AnalysisPlan {
  const blockByteLength = options.blockByteLength ?? defaultBlockByteLength;
  const recordByteLength = header.dataRecordByteLength;
  const count = recordByteLength > 0 ? dataRecordCount : 0;
  const recordsPerBlock = Math.max(
    1,
    Math.min(
      Math.floor(blockByteLength / Math.max(1, recordByteLength)),
      Math.floor(maxSignalRecordsPerBlock / Math.max(1, header.signals.length)),
    ),
  );
  const samplesOfFastestPerRecord = ordinarySignals(header).reduce(
    (most, signal) => Math.max(most, signal.samplesPerDataRecord),
    0,
  );
  return {
    header,
    dataRecordCount: count,
    recordsPerBlock,
    blockCount: Math.ceil(count / recordsPerBlock),
    epochSeconds: 30,
    hasEpochs: epochRowsAtMost(header, count) <= maxEpochRows,
    samplesOfFastestPerRecord,
    levelFactors: levelFactors(count * samplesOfFastestPerRecord),
  };
}

/** Where block number `block` (from 0) lies. @throws RangeError when the plan has no such block */
export function blockRange(plan: AnalysisPlan, block: number): BlockRange {
  if (!Number.isInteger(block) || block < 0 || block >= plan.blockCount) {
    throw new RangeError(`The plan has ${plan.blockCount} blocks and no block ${block}.`);
  }
  const firstRecord = block * plan.recordsPerBlock;
  const recordCount = Math.min(plan.recordsPerBlock, plan.dataRecordCount - firstRecord);
  const { headerByteLength, dataRecordByteLength } = plan.header;
  const start = headerByteLength + firstRecord * dataRecordByteLength;
  return { firstRecord, recordCount, start, end: start + recordCount * dataRecordByteLength };
}

/**
 * The signals that are measured, in header order: all but the annotations signals. None when a data record lasts
 * no time, since then nothing has a rate.
 */
export function ordinarySignals(header: EdfHeader): SignalHeader[] {
  if (header.dataRecordDurationNs <= 0n) return [];
  return header.signals.filter((signal) => !signal.isAnnotations);
}

function epochRowsAtMost(header: EdfHeader, dataRecordCount: number): number {
  if (header.dataRecordDurationNs <= 0n) return 0;
  const epochs = Math.ceil((dataRecordCount * Number(header.dataRecordDurationNs)) / 30e9);
  // Epoch numbers are 32-bit integers in the results; each gap, at most one per record, begins another epoch.
  if (epochs + dataRecordCount >= 2 ** 31) return Infinity;
  const rows = (signal: SignalHeader) => Math.min(epochs, dataRecordCount * signal.samplesPerDataRecord);
  return ordinarySignals(header).reduce((sum, signal) => sum + rows(signal), 0);
}

function levelFactors(samplesOfFastest: number): number[] {
  if (samplesOfFastest === 0) return [];
  const factors = [finestFactor];
  for (let factor = finestFactor; samplesOfFastest / factor > coarsestLevelBins; factor *= 4)
    factors.push(factor * 4);
  return factors;
}
