import { nanosecondsFromDecimal } from './decimal.ts';
import { EdfError } from './errors.ts';
import { sampleRange } from './header-fields.ts';
import type { EdfVariant } from './header.ts';
import { formatIdentificationDate } from './start-date-time.ts';
import { checkAnnotationText, encodeTal, encodeTimeKeepingTal } from './write/encode-tal.ts';
import type { SignalFieldValues } from './write/header-record.ts';
import { annotationsSignalFields, encodeHeaderRecord, versionField } from './write/header-record.ts';
import { formatStart } from './write/start-fields.ts';
import { formatHeaderNumber } from './write-field.ts';

/** An ordinary signal to write. Digital limits default to the whole range of a sample. */
export interface WriteSignal {
  label: string;
  physicalDimension: string;
  physicalMin: number;
  physicalMax: number;
  digitalMin?: number;
  digitalMax?: number;
  samplesPerDataRecord: number;
  transducerType?: string;
  prefiltering?: string;
}

/** A recording to write. `+` variants get one annotations signal after the ordinary ones. */
export interface WriteOptions {
  variant: EdfVariant;
  /** `YYYY-MM-DDTHH:MM:SS`, local time. */
  startDateTime: string;
  dataRecordDurationSeconds: number;
  signals: WriteSignal[];
  localPatientIdentification?: string;
  localRecordingIdentification?: string;
  /** Bytes of the annotations signal in a data record, rounded up to whole samples; 120 by default. */
  annotationsBytesPerRecord?: number;
  dataRecordCount: number;
}

/** One data record to write: digital values, one array per ordinary signal. */
export interface WriteRecord {
  /** Onset of the data record; record * duration by default. */
  onsetSeconds?: number;
  samples: ArrayLike<number>[];
  annotations?: { onsetSeconds: number; durationSeconds?: number; text: string }[];
}

/** 3 for BDF, 2 for EDF. */
export function bytesPerSampleOf(variant: EdfVariant): 2 | 3 {
  return variant.startsWith('BDF') ? 3 : 2;
}

function annotationsSampleCount(options: WriteOptions): number {
  if (!options.variant.includes('+')) return 0;
  return Math.ceil((options.annotationsBytesPerRecord ?? 120) / bytesPerSampleOf(options.variant));
}

/**
 * The header record of a recording.
 *
 * @param annotationsSignalCount annotations signals of `+` variants, all of the same length
 * @returns 256 * (signals + 1) bytes, the annotations signals of `+` variants counted; owned by the caller
 * @throws EdfError `write-value-invalid` for a value that its field cannot hold exactly
 */
export function encodeHeader(options: WriteOptions, annotationsSignalCount = 1): Uint8Array {
  const { variant } = options;
  const isPlus = variant.includes('+');
  const bytesPerSample = bytesPerSampleOf(variant);
  const start = formatStart(options.startDateTime);
  const annotations = annotationsSignalFields(bytesPerSample, annotationsSampleCount(options));
  const identification = `Startdate ${formatIdentificationDate(start.date)} X X X`;
  return encodeHeaderRecord({
    fixed: {
      version: versionField(bytesPerSample),
      localPatientIdentification: options.localPatientIdentification ?? (isPlus ? 'X X X X' : ''),
      localRecordingIdentification: options.localRecordingIdentification ?? (isPlus ? identification : ''),
      startDate: start.startDate,
      startTime: start.startTime,
      reserved: isPlus ? variant : bytesPerSample === 3 ? '24BIT' : '',
      dataRecordCount: formatCount(options.dataRecordCount, -1, 'dataRecordCount'),
      dataRecordDuration: formatHeaderNumber(options.dataRecordDurationSeconds, 'dataRecordDuration'),
    },
    signals: [
      ...options.signals.map((signal) => fieldsOf(signal, bytesPerSample)),
      ...(isPlus ? Array.from({ length: annotationsSignalCount }, () => annotations) : []),
    ],
  });
}

function fieldsOf(signal: WriteSignal, bytesPerSample: 2 | 3): SignalFieldValues {
  const [lowest, highest] = sampleRange[bytesPerSample];
  return {
    label: signal.label,
    transducerType: signal.transducerType ?? '',
    physicalDimension: signal.physicalDimension,
    physicalMin: formatHeaderNumber(signal.physicalMin, 'physicalMin'),
    physicalMax: formatHeaderNumber(signal.physicalMax, 'physicalMax'),
    digitalMin: formatHeaderNumber(signal.digitalMin ?? lowest, 'digitalMin'),
    digitalMax: formatHeaderNumber(signal.digitalMax ?? highest, 'digitalMax'),
    prefiltering: signal.prefiltering ?? '',
    samplesPerDataRecord: formatCount(signal.samplesPerDataRecord, 0, 'samplesPerDataRecord'),
    reserved: '',
  };
}

/**
 * One data record: the samples of all ordinary signals, little-endian, then the TALs (time-keeping TAL first).
 *
 * @param record index of the data record, from 0
 * @returns the bytes, owned by the caller
 * @throws EdfError `write-value-invalid` (sample counts, values that 16 or 24 bits do not hold, annotations in a
 * file without annotations signal), `annotations-too-long`
 */
export function encodeDataRecord(options: WriteOptions, record: number, data: WriteRecord): Uint8Array {
  const bytesPerSample = bytesPerSampleOf(options.variant);
  const annotationsLength = annotationsSampleCount(options) * bytesPerSample;
  const samplesLength =
    options.signals.reduce((sum, signal) => sum + signal.samplesPerDataRecord, 0) * bytesPerSample;
  const bytes = new Uint8Array(samplesLength + annotationsLength);
  let at = 0;
  options.signals.forEach((signal, index) => {
    const samples = data.samples[index] ?? [];
    if (samples.length !== signal.samplesPerDataRecord) {
      const message = `Signal ${index} has ${samples.length} samples instead of ${signal.samplesPerDataRecord}.`;
      throw new EdfError('write-value-invalid', message, { signal: index, record });
    }
    at = writeSamples(bytes, at, samples, bytesPerSample, { signal: index, record });
  });
  if (!options.variant.includes('+')) {
    if (data.annotations !== undefined && data.annotations.length > 0) {
      const message = `A ${options.variant} file has no annotations signal.`;
      throw new EdfError('write-value-invalid', message, { record });
    }
    return bytes;
  }
  const tals = recordTals(options, record, data);
  const talsLength = tals.reduce((sum, tal) => sum + tal.length, 0);
  if (talsLength > annotationsLength) {
    const message = `The TALs of data record ${record} need ${talsLength} bytes; ${annotationsLength} are reserved.`;
    throw new EdfError('annotations-too-long', message, { record });
  }
  for (const tal of tals) {
    bytes.set(tal, at);
    at += tal.length;
  }
  return bytes;
}

/**
 * Stores digital values little-endian, in 2 or 3 bytes each.
 *
 * @param bytes receives them from `offset`
 * @returns the offset behind the last one
 * @throws EdfError `write-value-invalid` for a value that is no integer of 16 or 24 bits
 */
export function writeSamples(
  bytes: Uint8Array,
  offset: number,
  samples: ArrayLike<number>,
  bytesPerSample: 2 | 3,
  place: { readonly signal: number; readonly record: number },
): number {
  const [lowest, highest] = sampleRange[bytesPerSample];
  let at = offset;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      const message = `The digital value ${value} is not an integer from ${lowest} to ${highest}.`;
      throw new EdfError('write-value-invalid', message, place);
    }
    bytes[at++] = value;
    bytes[at++] = value >> 8;
    if (bytesPerSample === 3) bytes[at++] = value >> 16;
  }
  return at;
}

function recordTals(options: WriteOptions, record: number, data: WriteRecord): Uint8Array[] {
  const durationNs = exactNanoseconds(options.dataRecordDurationSeconds, 'dataRecordDuration');
  const onsetNs =
    data.onsetSeconds === undefined
      ? durationNs * BigInt(record)
      : exactNanoseconds(data.onsetSeconds, 'onset');
  const tals = [encodeTimeKeepingTal(onsetNs)];
  for (const { onsetSeconds, durationSeconds, text } of data.annotations ?? []) {
    checkAnnotationText(text);
    const length = durationSeconds === undefined ? null : exactNanoseconds(durationSeconds, 'duration');
    tals.push(encodeTal({ onsetNs: exactNanoseconds(onsetSeconds, 'onset'), durationNs: length, text }));
  }
  return tals;
}

/**
 * The decimal number that JavaScript prints for `seconds`, in nanoseconds: 0.1 is 100,000,000 exactly.
 *
 * @throws EdfError `write-value-invalid` when it is not finite or beyond 292 years
 */
export function exactNanoseconds(seconds: number, field: string): bigint {
  const nanoseconds = Number.isFinite(seconds) ? nanosecondsFromDecimal(String(seconds)) : null;
  if (nanoseconds !== null) return nanoseconds;
  throw new EdfError('write-value-invalid', `The ${field} ${seconds} is not a time in seconds.`, { field });
}

function formatCount(value: number, lowest: number, field: string): string {
  if (Number.isInteger(value) && value >= lowest) return formatHeaderNumber(value, field);
  throw new EdfError('write-value-invalid', `The ${field} ${value} is not a count.`, { field });
}
