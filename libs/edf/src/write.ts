import { decimalFromNanoseconds, nanosecondsFromDecimal } from './decimal.ts';
import { EdfError } from './errors.ts';
import type { SignalFieldName } from './header-fields.ts';
import {
  fixedFields,
  maxSignalCount,
  sampleRange,
  signalFieldOffset,
  signalFields,
} from './header-fields.ts';
import type { EdfVariant } from './header.ts';
import { formatIdentificationDate, isCalendarDate } from './start-date-time.ts';
import { formatHeaderNumber, writeHeaderText } from './write-field.ts';

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

function bytesPerSampleOf(variant: EdfVariant): 2 | 3 {
  return variant.startsWith('BDF') ? 3 : 2;
}

function annotationsSampleCount(options: WriteOptions): number {
  if (!options.variant.includes('+')) return 0;
  return Math.ceil((options.annotationsBytesPerRecord ?? 120) / bytesPerSampleOf(options.variant));
}

/**
 * The header record of a recording.
 *
 * @returns 256 * (signals + 1) bytes, the annotations signal of `+` variants counted; owned by the caller
 * @throws EdfError `write-value-invalid` for a value that its field cannot hold exactly
 */
export function encodeHeader(options: WriteOptions): Uint8Array {
  const { variant, signals } = options;
  const isBdf = variant.startsWith('BDF');
  const isPlus = variant.includes('+');
  const signalCount = signals.length + (isPlus ? 1 : 0);
  if (signalCount < 1 || signalCount > maxSignalCount) {
    const message = `${signalCount} signals cannot be written; 1 to ${maxSignalCount} can.`;
    throw new EdfError('write-value-invalid', message, { field: 'signalCount' });
  }
  const bytes = new Uint8Array(256 * (signalCount + 1));
  const put = (name: keyof typeof fixedFields, text: string): void =>
    writeHeaderText(bytes, fixedFields[name].offset, fixedFields[name].length, name, text);
  const start = formatStart(options.startDateTime);
  put('version', isBdf ? ' BIOSEMI' : '0');
  if (isBdf) bytes[0] = 0xff;
  put('localPatientIdentification', options.localPatientIdentification ?? (isPlus ? 'X X X X' : ''));
  const recording =
    options.localRecordingIdentification ?? (isPlus ? `Startdate ${start.identification} X X X` : '');
  put('localRecordingIdentification', recording);
  put('startDate', start.date);
  put('startTime', start.time);
  put('headerByteLength', formatHeaderNumber(bytes.length, 'headerByteLength'));
  put('reserved', isPlus ? variant : isBdf ? '24BIT' : '');
  put('dataRecordCount', formatCount(options.dataRecordCount, -1, 'dataRecordCount'));
  put('dataRecordDuration', formatHeaderNumber(options.dataRecordDurationSeconds, 'dataRecordDuration'));
  put('signalCount', String(signalCount));
  const [lowest, highest] = sampleRange[isBdf ? 3 : 2];
  const annotations: WriteSignal = {
    label: isBdf ? 'BDF Annotations' : 'EDF Annotations',
    physicalDimension: '',
    physicalMin: -1,
    physicalMax: 1,
    samplesPerDataRecord: annotationsSampleCount(options),
  };
  const all = isPlus ? [...signals, annotations] : signals;
  all.forEach((signal, index) => {
    const field = (name: SignalFieldName, text: string): void =>
      writeHeaderText(
        bytes,
        signalFieldOffset(name, index, signalCount),
        signalFields[name].length,
        name,
        text,
      );
    field('label', signal.label);
    field('transducerType', signal.transducerType ?? '');
    field('physicalDimension', signal.physicalDimension);
    field('physicalMin', formatHeaderNumber(signal.physicalMin, 'physicalMin'));
    field('physicalMax', formatHeaderNumber(signal.physicalMax, 'physicalMax'));
    field('digitalMin', formatHeaderNumber(signal.digitalMin ?? lowest, 'digitalMin'));
    field('digitalMax', formatHeaderNumber(signal.digitalMax ?? highest, 'digitalMax'));
    field('prefiltering', signal.prefiltering ?? '');
    field('samplesPerDataRecord', formatCount(signal.samplesPerDataRecord, 0, 'samplesPerDataRecord'));
    field('reserved', '');
  });
  return bytes;
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
  const tals = encodeTals(options, record, data);
  if (tals.length > annotationsLength) {
    const message = `The TALs of data record ${record} need ${tals.length} bytes; ${annotationsLength} are reserved.`;
    throw new EdfError('annotations-too-long', message, { record });
  }
  bytes.set(tals, at);
  return bytes;
}

function writeSamples(
  bytes: Uint8Array,
  offset: number,
  samples: ArrayLike<number>,
  bytesPerSample: 2 | 3,
  place: { signal: number; record: number },
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

function encodeTals(options: WriteOptions, record: number, data: WriteRecord): Uint8Array {
  const durationNs = exactNanoseconds(options.dataRecordDurationSeconds, 'dataRecordDuration');
  const onsetNs =
    data.onsetSeconds === undefined
      ? durationNs * BigInt(record)
      : exactNanoseconds(data.onsetSeconds, 'onset');
  let text = `${formatOnset(onsetNs)}\x14\x14\0`;
  for (const annotation of data.annotations ?? []) {
    const onset = formatOnset(exactNanoseconds(annotation.onsetSeconds, 'onset'));
    if (hasForbiddenCharacter(annotation.text)) {
      throw new EdfError('write-value-invalid', 'An annotation text holds a control character.', { record });
    }
    let duration = '';
    if (annotation.durationSeconds !== undefined) {
      if (annotation.durationSeconds < 0) {
        throw new EdfError('write-value-invalid', 'The duration of an annotation is negative.', { record });
      }
      const seconds = decimalFromNanoseconds(exactNanoseconds(annotation.durationSeconds, 'duration'));
      duration = `\x15${seconds}`;
    }
    text += `${onset}${duration}\x14${annotation.text}\x14\0`;
  }
  return new TextEncoder().encode(text);
}

function formatOnset(nanoseconds: bigint): string {
  return `${nanoseconds < 0n ? '' : '+'}${decimalFromNanoseconds(nanoseconds)}`;
}

/** The decimal number that JavaScript prints for `seconds`, in nanoseconds. */
function exactNanoseconds(seconds: number, field: string): bigint {
  const nanoseconds = Number.isFinite(seconds) ? nanosecondsFromDecimal(String(seconds)) : null;
  if (nanoseconds !== null) return nanoseconds;
  throw new EdfError('write-value-invalid', `The ${field} ${seconds} is not a time in seconds.`, { field });
}

/** Texts may hold TAB, LF and CR and no other control character [EDF+ 2.2.3]. */
function hasForbiddenCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return true;
  }
  return false;
}

function formatCount(value: number, lowest: number, field: string): string {
  if (Number.isInteger(value) && value >= lowest) return formatHeaderNumber(value, field);
  throw new EdfError('write-value-invalid', `The ${field} ${value} is not a count.`, { field });
}

function formatStart(startDateTime: string): { date: string; time: string; identification: string } {
  const match = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(startDateTime);
  const [, year = '', month = '', day = '', hours, minutes, seconds] = match ?? [];
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  if (match === null || date.year < 1985 || !isCalendarDate(date)) {
    const message = 'The start is not a local date and time from 1985 on, written YYYY-MM-DDTHH:MM:SS.';
    throw new EdfError('write-value-invalid', message, { field: 'startDate' });
  }
  // Two digits reach to 2084; after that the year is in the recording identification alone [EDF+ 2.1.3.2].
  const shortYear = date.year > 2084 ? 'yy' : year.slice(2);
  return {
    date: `${day}.${month}.${shortYear}`,
    time: `${hours}.${minutes}.${seconds}`,
    identification: formatIdentificationDate(date),
  };
}
