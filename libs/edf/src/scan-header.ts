import { fixedFields, maxSignalCount, signalFields } from './header-fields.ts';
import type { EdfVariant } from './header.ts';

/** What a catalogue of many recordings needs to know of each: numbers alone, no text but the variant. */
export interface HeaderSummary {
  readonly variant: EdfVariant;
  readonly bytesPerSample: 2 | 3;
  readonly signalCount: number;
  readonly headerByteLength: number;
  readonly dataRecordByteLength: number;
  /** As the field says; -1 where the recording was not closed. */
  readonly declaredDataRecordCount: number;
  /** Complete data records in the file, no more than declared. */
  readonly dataRecordCount: number;
  readonly dataRecordDurationSeconds: number;
  /** One element per signal, annotations signals counted. */
  readonly samplesPerDataRecord: Int32Array;
  readonly physicalMin: Float64Array;
  readonly physicalMax: Float64Array;
  readonly digitalMin: Float64Array;
  readonly digitalMax: Float64Array;
}

const zero = 0x30;
const space = 0x20;

/**
 * Reads the numbers of a header written by the book, and gives up on any other: several times as fast as
 * {@link checkHeader}, which reads what can be read and says what is wrong.
 *
 * @param bytes the header record, or more
 * @param byteLength size of the whole file in bytes
 * @returns null where a field is not a plain decimal, the header is cut, or its parts contradict each other
 */
export function scanHeader(bytes: Uint8Array, byteLength: number): HeaderSummary | null {
  if (bytes.length < 512) return null;
  const bytesPerSample = bytesPerSampleOf(bytes);
  if (bytesPerSample === 0) return null;
  const signalCount = decimalAt(bytes, fixedFields.signalCount.offset, 4);
  const headerByteLength = decimalAt(bytes, fixedFields.headerByteLength.offset, 8);
  const declared = decimalAt(bytes, fixedFields.dataRecordCount.offset, 8);
  const duration = decimalAt(bytes, fixedFields.dataRecordDuration.offset, 8);
  const isSound =
    signalCount >= 1 &&
    signalCount <= maxSignalCount &&
    headerByteLength === 256 * (signalCount + 1) &&
    bytes.length >= headerByteLength &&
    Number.isInteger(declared) &&
    declared >= -1 &&
    duration >= 0;
  if (!isSound) return null;
  const samplesPerDataRecord = new Int32Array(signalCount);
  const limits = new Float64Array(signalCount * 4);
  const samples = column(bytes, 'samplesPerDataRecord', signalCount, limits, 0);
  let perRecord = 0;
  for (let i = 0; i < signalCount; i++) {
    const count = limits[i]!;
    if (!(count >= 0) || !Number.isInteger(count)) return null;
    samplesPerDataRecord[i] = count;
    perRecord += count;
  }
  const isRead =
    samples &&
    perRecord > 0 &&
    column(bytes, 'physicalMin', signalCount, limits, 0) &&
    column(bytes, 'physicalMax', signalCount, limits, signalCount) &&
    column(bytes, 'digitalMin', signalCount, limits, signalCount * 2) &&
    column(bytes, 'digitalMax', signalCount, limits, signalCount * 3);
  if (!isRead) return null;
  const dataRecordByteLength = perRecord * bytesPerSample;
  const held = Math.max(0, Math.floor((byteLength - headerByteLength) / dataRecordByteLength));
  return {
    variant: variantOf(bytes, bytesPerSample),
    bytesPerSample,
    signalCount,
    headerByteLength,
    dataRecordByteLength,
    declaredDataRecordCount: declared,
    dataRecordCount: declared < 0 ? held : Math.min(declared, held),
    dataRecordDurationSeconds: duration,
    samplesPerDataRecord,
    physicalMin: limits.subarray(0, signalCount),
    physicalMax: limits.subarray(signalCount, signalCount * 2),
    digitalMin: limits.subarray(signalCount * 2, signalCount * 3),
    digitalMax: limits.subarray(signalCount * 3),
  };
}

/** 0 when the version field is neither that of EDF nor that of BDF. */
function bytesPerSampleOf(bytes: Uint8Array): 0 | 2 | 3 {
  if (bytes[0] === zero) {
    for (let i = 1; i < 8; i++) if (bytes[i] !== space) return 0;
    return 2;
  }
  const isBdf = bytes[0] === 0xff && bytes[1] === 0x42 && bytes[2] === 0x49 && bytes[3] === 0x4f;
  return isBdf ? 3 : 0;
}

/** Reads one field of all signals into `out` from `at`; false when one is not a plain decimal. */
function column(
  bytes: Uint8Array,
  name: keyof typeof signalFields,
  signalCount: number,
  out: Float64Array,
  at: number,
): boolean {
  let place = 256 + signalFields[name].before * signalCount;
  for (let i = 0; i < signalCount; i++, place += 8) {
    const value = decimalAt(bytes, place, 8);
    if (value !== value) return false;
    out[at + i] = value;
  }
  return true;
}

// Eight characters are at most eight digits: the quotient of two integers that doubles hold exactly is rounded once.
const powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

/** `[+-]digits[.digits]` with spaces behind; NaN for anything else. */
function decimalAt(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let at = start;
  const sign = bytes[at]!;
  if (sign === 0x2d || sign === 0x2b) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === 0x2e && decimals < 0) decimals = 0;
    else break;
  }
  for (; at < end; at++) if (bytes[at] !== space) return NaN;
  if (digits === 0) return NaN;
  const value = decimals > 0 ? mantissa / powers[decimals]! : mantissa;
  return sign === 0x2d ? -value : value;
}

function variantOf(bytes: Uint8Array, bytesPerSample: 2 | 3): EdfVariant {
  const format = bytesPerSample === 2 ? 'EDF' : 'BDF';
  const at = fixedFields.reserved.offset;
  const isPlus = bytes[at] === format.charCodeAt(0) && bytes[at + 1] === 0x44 && bytes[at + 3] === 0x2b;
  const mark = bytes[at + 4];
  if (!isPlus || (mark !== 0x43 && mark !== 0x44)) return format;
  return mark === 0x43 ? `${format}+C` : `${format}+D`;
}
