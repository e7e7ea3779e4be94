import { EdfError } from './errors.ts';
import type { EdfFile } from './open.ts';
import { fillExactly, sliceExactly } from './open.ts';
import { checkSampleRange, readInto } from './read-into.ts';

/** Consecutive whole data records. `bytes` are lent: valid until the next iteration. */
export interface RecordBlock {
  readonly firstRecord: number;
  readonly recordCount: number;
  readonly bytes: Uint8Array;
}

const defaultBlockByteLength = 1_048_576;

/** Which data records to walk through: all of them by default. */
export interface BlockOptions {
  readonly firstRecord?: number;
  readonly recordCount?: number;
  /** Bytes read at once, rounded down to whole data records, at least one. */
  readonly blockByteLength?: number;
  readonly signal?: AbortSignal;
}

/**
 * Walks through the data records in blocks, one ranged read each; memory is bounded by the block, and used again for
 * the next one where the source has `readInto`.
 *
 * @param options `blockByteLength` is 1 MiB by default
 * @throws EdfError `range-invalid`, `source-read-short`; an abort rejects with the signal's reason
 */
export async function* recordBlocks(file: EdfFile, options: BlockOptions = {}): AsyncIterable<RecordBlock> {
  const { signal } = options;
  const { source } = file;
  const reused = source.readInto === undefined ? null : new Uint8Array(blockByteLengthOf(file, options));
  for (const { firstRecord, recordCount, start, end } of blockRanges(file, options)) {
    signal?.throwIfAborted();
    if (reused === null) {
      yield { firstRecord, recordCount, bytes: await sliceExactly(source, start, end, signal) };
    } else {
      const bytes = reused.subarray(0, end - start);
      await fillExactly(source, bytes, start, signal);
      yield { firstRecord, recordCount, bytes };
    }
  }
}

/** Bytes of the largest block that {@link blockRanges} gives. */
export function blockByteLengthOf(file: EdfFile, options: BlockOptions): number {
  const { firstRecord = 0, blockByteLength = defaultBlockByteLength } = options;
  const { dataRecordByteLength } = file.header;
  const perBlock = Math.max(1, Math.floor(blockByteLength / dataRecordByteLength));
  const recordCount = options.recordCount ?? file.dataRecordCount - firstRecord;
  return Math.min(perBlock, Math.max(0, recordCount)) * dataRecordByteLength;
}

/**
 * Where the blocks lie in the file.
 *
 * @throws EdfError `range-invalid` when the file does not have these data records
 */
export function* blockRanges(
  file: EdfFile,
  options: BlockOptions,
): Iterable<{ firstRecord: number; recordCount: number; start: number; end: number }> {
  const { firstRecord = 0, blockByteLength = defaultBlockByteLength } = options;
  const wanted = options.recordCount ?? file.dataRecordCount - firstRecord;
  const endRecord = firstRecord + wanted;
  const isRange = Number.isInteger(firstRecord) && Number.isInteger(wanted) && firstRecord >= 0;
  if (!isRange || wanted < 0 || endRecord > file.dataRecordCount) {
    const message = `Data records ${firstRecord} to ${endRecord} are not among the ${file.dataRecordCount} of the file.`;
    throw new EdfError('range-invalid', message, { record: firstRecord });
  }
  const { headerByteLength, dataRecordByteLength } = file.header;
  const perBlock = Math.max(1, Math.floor(blockByteLength / dataRecordByteLength));
  for (let first = firstRecord; first < endRecord; first += perBlock) {
    const recordCount = Math.min(perBlock, endRecord - first);
    const start = headerByteLength + first * dataRecordByteLength;
    yield { firstRecord: first, recordCount, start, end: start + recordCount * dataRecordByteLength };
  }
}

/**
 * Digital values of one signal, by sample number across data records (gaps in time are not filled).
 *
 * @param firstSample sample number from 0
 * @param count number of samples
 * @returns Int32Array of `count` stored integers, owned by the caller
 * @throws EdfError `range-invalid` when the recording does not hold these samples or the signal is an annotations
 * signal; `source-read-short`
 */
export async function readDigital(
  file: EdfFile,
  signalIndex: number,
  firstSample: number,
  count: number,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const range = { from: firstSample, to: firstSample + count };
  // Before an array is made: a count that the file does not justify allocates nothing.
  checkSampleRange(file, signalIndex, range);
  const samples = new Int32Array(count);
  await readInto(file, signalIndex, range, samples, { signal });
  return samples;
}

/**
 * Physical values of one signal, in its physical dimension; digital values where it is not calibrated.
 *
 * @returns Float64Array of `count` values, owned by the caller
 * @throws EdfError as {@link readDigital}
 */
export async function readPhysical(
  file: EdfFile,
  signalIndex: number,
  firstSample: number,
  count: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const range = { from: firstSample, to: firstSample + count };
  checkSampleRange(file, signalIndex, range);
  const samples = new Float64Array(count);
  await readInto(file, signalIndex, range, samples, { signal });
  return samples;
}
