import { EdfError } from './errors.ts';
import type { SignalHeader } from './header.ts';
import type { KernelExports, ScaledKernel } from './kernels/kernel-exports.ts';
import { loadKernels } from './kernels/load-kernels.ts';
import type { LogFloatScale } from './log-float.ts';
import { logFloatScale, logFloatValue } from './log-float.ts';
import type { EdfFile } from './open.ts';
import { sliceExactly } from './open.ts';
import { physicalScale } from './physical-scale.ts';
import type { VoltageUnit } from './voltage.ts';
import { voltageFactor } from './voltage.ts';

/** What samples are read into: stored integers into integer arrays, physical values into floating-point arrays. */
export type SampleArray = Int16Array | Int32Array | Float32Array | Float64Array;

/** Samples [from, to) of a signal, numbered from 0 across data records. */
export interface SampleRange {
  readonly from: number;
  readonly to: number;
}

export interface ReadIntoOptions {
  /** Voltages in this unit: each value, after it is computed, is multiplied by {@link voltageFactor}. */
  readonly unit?: VoltageUnit;
  /** Gives the numbers that a log-transformed signal stands for; without it, its stored integers. */
  readonly isLogFloatDecoded?: boolean;
  readonly signal?: AbortSignal;
}

// What is read at once, and what is left out between two segments of the signal rather than read.
const readByteLength = 1024 * 1024;
const skippedByteLength = 256 * 1024;
// Of the kernels' memory: a piece of samples, and its values at 8 bytes each.
const pieceByteLength = 96 * 1024;
const stagedAt = 1024;
const valuesAt = 128 * 1024;
const kernelPages = 9;

let loaded: Promise<KernelExports> | null = null;

/**
 * Reads samples of one signal into an array of the caller's. Int16Array (EDF only) and Int32Array receive the stored
 * integers, never clipped; Float64Array the physical values gain * (digital + offset) of {@link physicalScale},
 * Float32Array these rounded once. Gaps in time are not filled: {@link readRange} reads by time.
 *
 * @param out takes the samples from its first element on; nothing is kept of it
 * @returns the number of samples written
 * @throws EdfError `range-invalid` when the recording does not hold these samples, `out` is too short or too narrow,
 * the signal is an annotations signal, is no voltage (with `unit`), or has no readable log-float parameters;
 * `source-read-short`
 */
export async function readInto(
  file: EdfFile,
  signalIndex: number,
  range: SampleRange,
  out: SampleArray,
  options: ReadIntoOptions = {},
): Promise<number> {
  const wanted = checkSampleRange(file, signalIndex, range);
  checkTarget(file, signalIndex, range.to - range.from, out);
  const conversion = conversionOf(wanted, out, options);
  loaded ??= loadKernels().then((kernels) => {
    kernels.memory.grow(kernelPages);
    return kernels;
  });
  const kernels = await loaded;
  const { bytesPerSample, dataRecordByteLength, headerByteLength } = file.header;
  const perRecord = wanted.samplesPerDataRecord;
  const segmentByteLength = perRecord * bytesPerSample;
  // Of data records that are large, or mostly other signals, only the samples wanted are read.
  const isSparse =
    dataRecordByteLength > readByteLength || dataRecordByteLength - segmentByteLength > skippedByteLength;
  const recordsPerRead = Math.max(1, Math.floor(readByteLength / dataRecordByteLength));
  const samplesPerRead = Math.floor(readByteLength / bytesPerSample);
  let written = 0;
  let sample = range.from;
  while (sample < range.to) {
    const record = Math.floor(sample / perRecord);
    const recordStart = headerByteLength + record * dataRecordByteLength;
    const endRecord = isSparse
      ? record + 1
      : Math.min(record + recordsPerRead, Math.ceil(range.to / perRecord));
    const first = isSparse ? sample : record * perRecord;
    const until = Math.min(range.to, endRecord * perRecord, isSparse ? sample + samplesPerRead : Infinity);
    const offset = wanted.byteOffsetInDataRecord + (sample - record * perRecord) * bytesPerSample;
    const start = isSparse ? recordStart + offset : recordStart;
    const end = isSparse
      ? start + (until - sample) * bytesPerSample
      : recordStart + (endRecord - record) * dataRecordByteLength;
    const bytes = await sliceExactly(file.source, start, end, options.signal);
    const origin = isSparse ? 0 : wanted.byteOffsetInDataRecord;
    const stretchByteLength = isSparse ? bytes.length : segmentByteLength;
    // From here to the end of the turn nothing waits: the kernels' memory is shared by all callers.
    while (sample < until) {
      const piece = Math.min(until - sample, Math.floor(pieceByteLength / bytesPerSample));
      stage(kernels, bytes, origin, dataRecordByteLength, stretchByteLength, {
        from: (sample - first) * bytesPerSample,
        to: (sample - first + piece) * bytesPerSample,
      });
      convert(kernels, bytesPerSample, conversion, piece, out, written);
      sample += piece;
      written += piece;
    }
  }
  return written;
}

/**
 * The signal that samples [from, to) are of.
 *
 * @throws EdfError `range-invalid` when the recording does not hold them, or the signal is an annotations signal
 */
export function checkSampleRange(file: EdfFile, signalIndex: number, range: SampleRange): SignalHeader {
  const place = { signal: signalIndex };
  const wanted = file.header.signals[signalIndex];
  if (wanted === undefined || wanted.isAnnotations) {
    throw new EdfError('range-invalid', `The recording has no ordinary signal ${signalIndex}.`, place);
  }
  const { from, to } = range;
  const held = wanted.samplesPerDataRecord * file.dataRecordCount;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > held) {
    const message = `Samples ${from} to ${to} are not among the ${held} of signal ${signalIndex}.`;
    throw new EdfError('range-invalid', message, place);
  }
  return wanted;
}

function checkTarget(file: EdfFile, signalIndex: number, count: number, out: SampleArray): void {
  const place = { signal: signalIndex };
  if (out.length < count) {
    throw new EdfError('range-invalid', `${count} samples do not fit the array given.`, place);
  }
  if (out instanceof Int16Array && file.header.bytesPerSample === 3) {
    throw new EdfError('range-invalid', '24-bit samples do not fit an Int16Array.', place);
  }
}

interface Conversion {
  readonly gain: number;
  readonly offset: number;
  readonly factor: number;
  readonly logFloat: LogFloatScale | null;
}

function conversionOf(signal: SignalHeader, out: SampleArray, options: ReadIntoOptions): Conversion {
  const isPhysical = out instanceof Float32Array || out instanceof Float64Array;
  const wantsLogFloat = isPhysical && signal.isLogFloat && options.isLogFloatDecoded === true;
  const logFloat = wantsLogFloat ? logFloatScale(signal) : null;
  const place = { signal: signal.index, field: 'prefiltering' };
  if (wantsLogFloat && logFloat === null) {
    const message = `The log-float parameters of signal ${signal.index} cannot be read.`;
    throw new EdfError('range-invalid', message, place);
  }
  let factor = 1;
  if (isPhysical && options.unit !== undefined) {
    const known = voltageFactor(logFloat?.physicalDimension ?? signal.physicalDimension, options.unit);
    if (known === null || (!signal.isCalibrated && logFloat === null)) {
      const message = `The values of signal ${signal.index} are not known to be voltages.`;
      throw new EdfError('range-invalid', message, { ...place, field: 'physicalDimension' });
    }
    factor = known;
  }
  return { ...physicalScale(signal), factor, logFloat };
}

/** Copies bytes [from, to) of the signal's segments, taken as one, into the kernels' memory. */
function stage(
  kernels: KernelExports,
  bytes: Uint8Array,
  origin: number,
  recordByteLength: number,
  segmentByteLength: number,
  { from, to }: { from: number; to: number },
): void {
  const target = new Uint8Array(kernels.memory.buffer);
  let at = stagedAt;
  let next = from;
  while (next < to) {
    const record = Math.floor(next / segmentByteLength);
    const inSegment = next - record * segmentByteLength;
    const length = Math.min(to - next, segmentByteLength - inSegment);
    const start = record * recordByteLength + origin + inSegment;
    if (length <= shortCopy) for (let i = 0; i < length; i++) target[at + i] = bytes[start + i]!;
    else target.set(bytes.subarray(start, start + length), at);
    at += length;
    next += length;
  }
}

// Below this a loop is faster than making a view and calling TypedArray.prototype.set.
const shortCopy = 32;

function convert(
  kernels: KernelExports,
  bytesPerSample: 2 | 3,
  { gain, offset, factor, logFloat }: Conversion,
  count: number,
  out: SampleArray,
  outOffset: number,
): void {
  const { buffer } = kernels.memory;
  const isWide = bytesPerSample === 3;
  if (out instanceof Int16Array) {
    out.set(new Int16Array(buffer, stagedAt, count), outOffset);
    return;
  }
  const isDigital = out instanceof Int32Array;
  if (isDigital || logFloat !== null) {
    (isWide ? kernels.widen24 : kernels.widen16)(stagedAt, 0, count, 1, valuesAt);
    const integers = new Int32Array(buffer, valuesAt, count);
    if (isDigital) out.set(integers, outOffset);
    else integers.forEach((value, i) => (out[outOffset + i] = logFloatValue(value, logFloat!) * factor));
    return;
  }
  // With a factor the value is rounded once more in float64, whatever the array: 32 bits are rounded last.
  const isDouble = out instanceof Float64Array || factor !== 1;
  scaledKernel(kernels, isWide, isDouble)(stagedAt, 0, count, 1, valuesAt, gain, offset);
  const values = isDouble
    ? new Float64Array(buffer, valuesAt, count)
    : new Float32Array(buffer, valuesAt, count);
  if (factor === 1) out.set(values, outOffset);
  else for (let i = 0; i < count; i++) out[outOffset + i] = values[i]! * factor;
}

function scaledKernel(kernels: KernelExports, isWide: boolean, isDouble: boolean): ScaledKernel {
  if (isDouble) return isWide ? kernels.exact64of24 : kernels.exact64of16;
  return isWide ? kernels.exact32of24 : kernels.exact32of16;
}
