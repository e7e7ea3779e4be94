import { EdfError } from './errors.ts';
import type { EdfHeader, SignalHeader } from './header.ts';

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
