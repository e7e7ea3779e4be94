import { checkFileSize } from './data-record-count.ts';
import { isEdfError } from './errors.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import { readFixedHeader, refuse } from './fixed-header.ts';
import { fixedFields, fixedHeaderByteLength, signalHeaderByteLength } from './header-fields.ts';
import { readSignalHeaders } from './signal-headers.ts';
import { checkSignals, joinFormalFindings } from './signal-checks.ts';

/** What kind of file it is: version field and reserved field together. C: continuous, D: discontinuous. */
export type EdfVariant = 'EDF' | 'EDF+C' | 'EDF+D' | 'BDF' | 'BDF+C' | 'BDF+D';

/** One signal of the header record. Texts are trimmed; they are the file's own and not to be trusted. */
export interface SignalHeader {
  /** Place in the file, from 0, annotations signals counted. */
  readonly index: number;
  readonly label: string;
  readonly transducerType: string;
  readonly physicalDimension: string;
  /** Limits as written; NaN where unreadable. */
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  readonly prefiltering: string;
  readonly samplesPerDataRecord: number;
  readonly reserved: string;
  /** The label is `EDF Annotations` or `BDF Annotations`: its bytes are TALs, not samples. */
  readonly isAnnotations: boolean;
  readonly byteOffsetInDataRecord: number;
  /** False where the limits give no scale (equal, swapped, unreadable): physical value = digital value. */
  readonly isCalibrated: boolean;
  /** Physical dimension `Filtered`: log-transformed numbers, which a linear scale would falsify. */
  readonly isLogFloat: boolean;
}

/** The header record, read. */
export interface EdfHeader {
  readonly variant: EdfVariant;
  readonly bytesPerSample: 2 | 3;
  readonly localPatientIdentification: string;
  readonly localRecordingIdentification: string;
  /** `YYYY-MM-DDTHH:MM:SS`, local time at the patient, without a zone; null when unreadable. */
  readonly startDateTime: string | null;
  /** Where the first data record begins: 256 * (signals + 1), moved by `headerShift`. */
  readonly headerByteLength: number;
  /** By how many bytes the header is shifted (finding EDF003); 0 in every sound file. */
  readonly headerShift: number;
  readonly reserved: string;
  /** As the field says (-1 stays -1); null when unreadable. */
  readonly declaredDataRecordCount: number | null;
  /** Exact; 0n when unreadable, and in files of annotations alone. */
  readonly dataRecordDurationNs: bigint;
  readonly dataRecordDurationSeconds: number;
  readonly dataRecordByteLength: number;
  readonly signals: readonly SignalHeader[];
}

/**
 * How many bytes the header record has, so that a reader knows what to fetch.
 *
 * @param first256 the first 256 bytes of the file, or more
 * @throws EdfError as {@link parseHeader}
 */
export function headerByteLengthFrom(first256: Uint8Array): number {
  const { signalCount, shift } = readFixedHeader(first256, []);
  return headerEnd(signalCount, shift);
}

/**
 * Reads the header record. A wrong field never hides the others: what can be read is, and {@link checkHeader} says
 * what was wrong.
 *
 * @param bytes the header record, or more
 * @throws EdfError when samples cannot be located: `empty-file`, `not-edf`, `gzip-not-supported-here`,
 * `header-truncated`, `header-field-invalid`
 */
export function parseHeader(bytes: Uint8Array): EdfHeader {
  return readHeader(bytes, []);
}

/**
 * Reads the header record and reports everything that is wrong with it and with the size of the file.
 * Never throws; the header is null when a finding is fatal.
 *
 * @param bytes the header record, or more
 * @param byteLength size of the whole file in bytes, real or declared
 */
export function checkHeader(
  bytes: Uint8Array,
  byteLength: number,
): { header: EdfHeader | null; findings: Finding[] } {
  const findings: Finding[] = [];
  try {
    const header = readHeader(bytes, findings);
    const whole = [
      ...findings,
      ...checkSignals(header, header.headerShift),
      ...checkAsWhole(header),
      ...checkFileSize(header, byteLength),
    ];
    return { header, findings: joinFormalFindings(whole) };
  } catch (error) {
    if (!isEdfError(error)) throw error;
    return { header: null, findings: joinFormalFindings(findings) };
  }
}

function readHeader(bytes: Uint8Array, findings: Finding[]): EdfHeader {
  const fixed = readFixedHeader(bytes, findings);
  const headerByteLength = headerEnd(fixed.signalCount, fixed.shift);
  if (bytes.length < headerByteLength) {
    const message = `The file ends after ${bytes.length} bytes; the header of ${fixed.signalCount} signals has ${headerByteLength}.`;
    refuse(findings, 'header-truncated', 'EDF024', message, { offset: bytes.length });
  }
  const { signalCount, shift, bytesPerSample } = fixed;
  const signals = readSignalHeaders(bytes, signalCount, shift, bytesPerSample, findings);
  const samples = signals.reduce((sum, signal) => sum + signal.samplesPerDataRecord, 0);
  return {
    variant: fixed.variant,
    bytesPerSample,
    localPatientIdentification: fixed.localPatientIdentification,
    localRecordingIdentification: fixed.localRecordingIdentification,
    startDateTime: fixed.startDateTime,
    reserved: fixed.reserved,
    declaredDataRecordCount: fixed.declaredDataRecordCount,
    dataRecordDurationNs: fixed.dataRecordDurationNs,
    headerShift: shift,
    dataRecordDurationSeconds: Number(fixed.dataRecordDurationNs) / 1e9,
    headerByteLength,
    dataRecordByteLength: samples * bytesPerSample,
    signals,
  };
}

function headerEnd(signalCount: number, shift: number): number {
  return fixedHeaderByteLength + signalHeaderByteLength * signalCount + shift;
}

function checkAsWhole(header: EdfHeader): Finding[] {
  const findings: Finding[] = [];
  const shift = header.headerShift;
  const isPlus = header.variant.includes('+');
  const annotationsSignal = header.signals.find((signal) => signal.isAnnotations);
  const hasOrdinary = header.signals.some((signal) => !signal.isAnnotations);
  const reserved = { field: 'reserved', offset: fixedFields.reserved.offset + shift, length: 44 };
  if (isPlus && annotationsSignal === undefined) {
    const message = `The file is marked ${header.variant} and has no annotations signal.`;
    findings.push(findingOf('EDF045', message, { ...reserved, assumed: 'data records without gaps' }));
  }
  if (!isPlus && annotationsSignal !== undefined) {
    const message = 'The file has an annotations signal and is not marked EDF+ or BDF+.';
    const assumed = 'annotations are read, data records without gaps';
    findings.push(findingOf('EDF046', message, { ...reserved, signal: annotationsSignal.index, assumed }));
  }
  const duration = {
    field: 'dataRecordDuration',
    offset: fixedFields.dataRecordDuration.offset + shift,
    length: 8,
  };
  if (header.dataRecordDurationNs === 0n && hasOrdinary) {
    const message = 'Data records with ordinary signals last 0 seconds.';
    findings.push(findingOf('EDF021', message, { ...duration, assumed: 'no times and no sampling rates' }));
  }
  if (header.dataRecordByteLength > 61_440) {
    // EDFlib refuses data records above 10 MB (EDF) and 15 MB (BDF).
    const limit = header.bytesPerSample === 2 ? 10_485_760 : 15_728_640;
    const severity = header.dataRecordByteLength > limit ? 'warning' : 'info';
    const message = `A data record has ${header.dataRecordByteLength} bytes; 61440 are recommended at most.`;
    findings.push(findingOf('EDF025', message, { ...duration, severity }));
  }
  return findings;
}
