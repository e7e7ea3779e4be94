import { EdfError } from './errors.ts';
import type { EdfHeader, SignalHeader } from './header.ts';
import type { EdfFile } from './open.ts';
import { sliceExactly } from './open.ts';

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
// Below this, V8's call into TypedArray.prototype.set costs more than a loop over the samples (measured: 24 to 48).
const shortSegment = 32;

/**
 * Copies the stored integers of one signal out of consecutive data records. Nothing is clipped or scaled.
 *
 * @param records `recordCount` whole data records, one after the other; only read
 * @param out receives recordCount * samplesPerDataRecord integers from `outOffset`; Int16Array for EDF only
 * @returns the number of samples written
 * @throws EdfError `range-invalid` when `records` or `out` are too short, or `out` too narrow for BDF
 */
export function digitalSamplesInto(
  header: EdfHeader,
  signal: SignalHeader,
  records: Uint8Array,
  recordCount: number,
  out: Int32Array | Int16Array,
  outOffset = 0,
): number {
  const perRecord = signal.samplesPerDataRecord;
  const total = perRecord * recordCount;
  const place = { signal: signal.index };
  if (records.byteLength < recordCount * header.dataRecordByteLength) {
    throw new EdfError('range-invalid', `${recordCount} data records are more than the bytes given.`, place);
  }
  if (outOffset < 0 || out.length < outOffset + total) {
    throw new EdfError('range-invalid', `${total} samples do not fit the array given.`, place);
  }
  const isOdd = (records.byteOffset & 1) === 1;
  if (header.bytesPerSample === 3) {
    if (out instanceof Int16Array) {
      throw new EdfError('range-invalid', '24-bit samples do not fit an Int16Array.', place);
    }
    copy24(header, signal, records, recordCount, out, outOffset);
  } else if (!isLittleEndian || (isOdd && perRecord < shortSegment)) {
    copyBytes16(header, signal, records, recordCount, out, outOffset);
  } else if (isOdd) {
    copyUnaligned16(header, signal, records, recordCount, out, outOffset);
  } else if (perRecord < shortSegment) {
    copyAlignedShort16(header, signal, records, recordCount, out, outOffset);
  } else {
    copyAligned16(header, signal, records, recordCount, out, outOffset);
  }
  return total;
}

type Copy<Out> = (
  header: EdfHeader,
  signal: SignalHeader,
  records: Uint8Array,
  recordCount: number,
  out: Out,
  outOffset: number,
) => void;

const copyAligned16: Copy<Int32Array | Int16Array> = (
  header,
  signal,
  records,
  recordCount,
  out,
  outOffset,
) => {
  const stride = header.dataRecordByteLength >> 1;
  const perRecord = signal.samplesPerDataRecord;
  const stored = new Int16Array(records.buffer, records.byteOffset, stride * recordCount);
  let from = signal.byteOffsetInDataRecord >> 1;
  for (let record = 0; record < recordCount; record++, from += stride) {
    out.set(stored.subarray(from, from + perRecord), outOffset + record * perRecord);
  }
};

// Apart from copyAligned16, because V8 compiles the loop half as fast when both are in one function.
const copyAlignedShort16: Copy<Int32Array | Int16Array> = (
  header,
  signal,
  records,
  recordCount,
  out,
  outOffset,
) => {
  const stride = header.dataRecordByteLength >> 1;
  const perRecord = signal.samplesPerDataRecord;
  const stored = new Int16Array(records.buffer, records.byteOffset, stride * recordCount);
  let from = signal.byteOffsetInDataRecord >> 1;
  let to = outOffset;
  for (let record = 0; record < recordCount; record++, from += stride) {
    for (let at = from; at < from + perRecord; at++) out[to++] = stored[at]!;
  }
};

// An Int16Array cannot begin at an odd byte: each segment goes through a small even-aligned copy.
const copyUnaligned16: Copy<Int32Array | Int16Array> = (
  header,
  signal,
  records,
  recordCount,
  out,
  outOffset,
) => {
  const byteLength = signal.samplesPerDataRecord * 2;
  const aligned = new Uint8Array(recordCount === 0 ? 0 : byteLength);
  const stored = new Int16Array(aligned.buffer);
  let from = signal.byteOffsetInDataRecord;
  let to = outOffset;
  for (let record = 0; record < recordCount; record++, from += header.dataRecordByteLength) {
    aligned.set(records.subarray(from, from + byteLength));
    out.set(stored, to);
    to += stored.length;
  }
};

const copyBytes16: Copy<Int32Array | Int16Array> = (header, signal, records, recordCount, out, outOffset) => {
  const byteLength = signal.samplesPerDataRecord * 2;
  let to = outOffset;
  for (let record = 0; record < recordCount; record++) {
    const start = record * header.dataRecordByteLength + signal.byteOffsetInDataRecord;
    for (let at = start; at < start + byteLength; at += 2) {
      out[to++] = ((records[at]! | (records[at + 1]! << 8)) << 16) >> 16;
    }
  }
};

const copy24: Copy<Int32Array> = (header, signal, records, recordCount, out, outOffset) => {
  const byteLength = signal.samplesPerDataRecord * 3;
  let to = outOffset;
  for (let record = 0; record < recordCount; record++) {
    const start = record * header.dataRecordByteLength + signal.byteOffsetInDataRecord;
    for (let at = start; at < start + byteLength; at += 3) {
      out[to++] = ((records[at]! << 8) | (records[at + 1]! << 16) | (records[at + 2]! << 24)) >> 8;
    }
  }
};

/**
 * The linear scale of a signal: physical value = gain * (digital value + offset).
 * The order of operations is EDFlib's and pyEDFlib's, so that values agree with theirs bit for bit. A signal that is
 * not calibrated has gain 1 and offset 0.
 */
export function physicalScale(signal: SignalHeader): { gain: number; offset: number } {
  if (!signal.isCalibrated) return { gain: 1, offset: 0 };
  const gain = (signal.physicalMax - signal.physicalMin) / (signal.digitalMax - signal.digitalMin);
  return { gain, offset: signal.physicalMax / gain - signal.digitalMax };
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
  const wanted = ordinarySignal(file, signalIndex);
  const perRecord = wanted.samplesPerDataRecord;
  const held = perRecord * file.dataRecordCount;
  const isRange = Number.isInteger(firstSample) && Number.isInteger(count) && firstSample >= 0 && count >= 0;
  if (!isRange || firstSample + count > held) {
    const message = `Samples ${firstSample} to ${firstSample + count} are not among the ${held} of signal ${signalIndex}.`;
    throw new EdfError('range-invalid', message, { signal: signalIndex });
  }
  if (count === 0) return new Int32Array(0);
  const firstRecord = Math.floor(firstSample / perRecord);
  const recordCount = Math.floor((firstSample + count - 1) / perRecord) - firstRecord + 1;
  const samples = new Int32Array(recordCount * perRecord);
  let written = 0;
  for await (const block of recordBlocks(file, { firstRecord, recordCount, signal })) {
    written += digitalSamplesInto(file.header, wanted, block.bytes, block.recordCount, samples, written);
  }
  const skipped = firstSample - firstRecord * perRecord;
  return skipped === 0 && count === samples.length ? samples : samples.slice(skipped, skipped + count);
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
  const digital = await readDigital(file, signalIndex, firstSample, count, signal);
  const { gain, offset } = physicalScale(file.header.signals[signalIndex]!);
  const physical = new Float64Array(digital.length);
  for (let i = 0; i < digital.length; i++) physical[i] = gain * (digital[i]! + offset);
  return physical;
}

function ordinarySignal(file: EdfFile, signalIndex: number): SignalHeader {
  const signal = file.header.signals[signalIndex];
  if (signal !== undefined && !signal.isAnnotations) return signal;
  const message = `The recording has no ordinary signal ${signalIndex}.`;
  throw new EdfError('range-invalid', message, { signal: signalIndex });
}

/** Consecutive whole data records. `bytes` are lent: valid until the next iteration. */
export interface RecordBlock {
  readonly firstRecord: number;
  readonly recordCount: number;
  readonly bytes: Uint8Array;
}

const defaultBlockByteLength = 1_048_576;

/**
 * Walks through the data records in blocks, one ranged read each; memory is bounded by the block.
 *
 * @param options `firstRecord` and `recordCount` default to the whole recording; `blockByteLength` (bytes, default
 * 1 MiB) is rounded down to whole data records, at least one
 * @throws EdfError `range-invalid`, `source-read-short`; an abort rejects with the signal's reason
 */
export async function* recordBlocks(
  file: EdfFile,
  options: {
    firstRecord?: number;
    recordCount?: number;
    blockByteLength?: number;
    signal?: AbortSignal;
  } = {},
): AsyncIterable<RecordBlock> {
  const { firstRecord = 0, blockByteLength = defaultBlockByteLength, signal } = options;
  const recordCount = options.recordCount ?? file.dataRecordCount - firstRecord;
  const end = firstRecord + recordCount;
  const isRange = Number.isInteger(firstRecord) && Number.isInteger(recordCount) && firstRecord >= 0;
  if (!isRange || recordCount < 0 || end > file.dataRecordCount) {
    const message = `Data records ${firstRecord} to ${end} are not among the ${file.dataRecordCount} of the file.`;
    throw new EdfError('range-invalid', message, { record: firstRecord });
  }
  const { headerByteLength, dataRecordByteLength } = file.header;
  const perBlock = Math.max(1, Math.floor(blockByteLength / dataRecordByteLength));
  for (let first = firstRecord; first < end; first += perBlock) {
    signal?.throwIfAborted();
    const count = Math.min(perBlock, end - first);
    const start = headerByteLength + first * dataRecordByteLength;
    const bytes = await sliceExactly(file.source, start, start + count * dataRecordByteLength, signal);
    yield { firstRecord: first, recordCount: count, bytes };
  }
}
