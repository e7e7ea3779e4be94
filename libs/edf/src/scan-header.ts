import { fixedFields, fixedHeaderByteLength, maxSignalCount, signalFields } from './header-fields.ts';
import type { EdfVariant } from './header.ts';
import { plainDecimalAt } from './plain-decimal.ts';

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
  const signalCount = plainDecimalAt(bytes, fixedFields.signalCount.offset, 4);
  const headerByteLength = plainDecimalAt(bytes, fixedFields.headerByteLength.offset, 8);
  const declared = plainDecimalAt(bytes, fixedFields.dataRecordCount.offset, 8);
  const duration = plainDecimalAt(bytes, fixedFields.dataRecordDuration.offset, 8);
  const isSound =
    signalCount >= 1 &&
    signalCount <= maxSignalCount &&
    headerByteLength === 256 * (signalCount + 1) &&
    bytes.length >= headerByteLength &&
    Number.isInteger(declared) &&
    declared >= -1 &&
    duration >= 0;
  if (!isSound) return null;
  // One piece of memory for all numbers: making five costs more than reading them.
  const numbers = new ArrayBuffer(signalCount * 36);
  const doubles = (nth: number): Float64Array<ArrayBuffer> =>
    new Float64Array(numbers, nth * signalCount * 8, signalCount);
  const physicalMin = doubles(0);
  const physicalMax = doubles(1);
  const digitalMin = doubles(2);
  const digitalMax = doubles(3);
  const samplesPerDataRecord = new Int32Array(numbers, signalCount * 32, signalCount);
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerByteLength);
  const column = (name: keyof typeof signalFields, out: Float64Array | Int32Array): boolean =>
    readColumn(bytes, view, fixedHeaderByteLength + signalFields[name].before * signalCount, out);
  const isRead =
    column('samplesPerDataRecord', samplesPerDataRecord) &&
    column('physicalMin', physicalMin) &&
    column('physicalMax', physicalMax) &&
    column('digitalMin', digitalMin) &&
    column('digitalMax', digitalMax);
  if (!isRead) return null;
  let perRecord = 0;
  for (const count of samplesPerDataRecord) perRecord += count;
  if (perRecord === 0) return null;
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
    physicalMin,
    physicalMax,
    digitalMin,
    digitalMax,
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

/**
 * Reads one field of all signals from `start` into `out`.
 *
 * @param out integers for numbers of samples, which have neither sign nor decimals
 * @returns false when one is not a plain decimal
 */
function readColumn(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  out: Float64Array | Int32Array,
): boolean {
  const isWhole = out instanceof Int32Array;
  let value = NaN;
  for (let i = 0, at = start; i < out.length; i++, at += 8) {
    // Most signals are alike, and comparing is faster than reading.
    const isAsBefore =
      i > 0 && view.getInt32(at) === view.getInt32(at - 8) && view.getInt32(at + 4) === view.getInt32(at - 4);
    if (!isAsBefore) value = plainDecimalAt(bytes, at, 8);
    if (!(isWhole ? value >= 0 && Number.isInteger(value) : value === value)) return false;
    out[i] = value;
  }
  return true;
}

function variantOf(bytes: Uint8Array, bytesPerSample: 2 | 3): EdfVariant {
  const format = bytesPerSample === 2 ? 'EDF' : 'BDF';
  const at = fixedFields.reserved.offset;
  const isPlus = bytes[at] === format.charCodeAt(0) && bytes[at + 1] === 0x44 && bytes[at + 3] === 0x2b;
  const mark = bytes[at + 4];
  if (!isPlus || (mark !== 0x43 && mark !== 0x44)) return format;
  return mark === 0x43 ? `${format}+C` : `${format}+D`;
}
