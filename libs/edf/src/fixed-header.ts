import { nanosecondsFromDecimal, parseHeaderNumber } from './decimal.ts';
import type { EdfErrorCode } from './errors.ts';
import { EdfError } from './errors.ts';
import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';
import type { HeaderField } from './header-fields.ts';
import { fixedFields, fixedHeaderByteLength, maxSignalCount } from './header-fields.ts';
import type { HeaderPlace } from './header-shift.ts';
import { HeaderReader } from './header-reader.ts';
import { hasVersion, locateHeader, looksLikeHeader } from './header-shift.ts';
import { checkHeaderBytes, decodeLatin1, headerText } from './header-text.ts';
import type { EdfVariant } from './header.ts';
import { checkPatientIdentification, checkRecordingIdentification } from './identification.ts';
import { readStartDateTime } from './start-date-time.ts';

/** The first 256 bytes, read. */
export interface FixedHeader {
  readonly variant: EdfVariant;
  readonly bytesPerSample: 2 | 3;
  readonly shift: number;
  readonly localPatientIdentification: string;
  readonly localRecordingIdentification: string;
  readonly startDateTime: string | null;
  readonly reserved: string;
  readonly declaredDataRecordCount: number | null;
  readonly dataRecordDurationNs: bigint;
  readonly signalCount: number;
}

/**
 * Adds a fatal finding and stops.
 *
 * @throws EdfError with `code`, always
 */
export function refuse(
  findings: Finding[],
  code: EdfErrorCode,
  id: string,
  message: string,
  place: FindingPlace,
): never {
  findings.push(findingOf(id, message, { ...place, severity: 'fatal' }));
  throw new EdfError(code, message, place);
}

/**
 * Reads the fixed header; what is wrong with it is added to `findings`. All fields are looked at before the file is
 * refused for one of them.
 *
 * @throws EdfError `empty-file`, `gzip-not-supported-here`, `not-edf`, `header-truncated`, `header-field-invalid`
 */
export function readFixedHeader(bytes: Uint8Array, findings: Finding[]): FixedHeader {
  refuseWhatIsNoHeader(bytes, findings);
  const place = locateHeader(bytes);
  const { shift } = place;
  if (shift !== 0) {
    const direction = shift < 0 ? 'earlier' : 'later';
    const message = `The header fields lie ${Math.abs(shift)} bytes ${direction} than they must.`;
    const assumed = `everything from the start date on moved by ${shift} bytes`;
    findings.push(findingOf('EDF003', message, { offset: 0, length: fixedHeaderByteLength, assumed }));
  }
  const ranges = shift === 0 ? unshiftedRanges : fieldRanges(bytes, place);
  const reader = new HeaderReader(bytes, 0, fixedHeaderByteLength);
  const isPlain = shift === 0 && reader.isPlain(fixedFields.version.length, fixedHeaderByteLength);
  const text = (name: keyof typeof fixedFields): string => {
    const [start, end] = ranges[name];
    return isPlain ? reader.plainText(start, end) : reader.text(start, end);
  };
  const at = (name: keyof typeof fixedFields): FindingPlace => {
    const [start, end] = ranges[name];
    return { field: name, offset: start, length: end - start };
  };
  for (const name of checkedFields) {
    const [start, end] = ranges[name];
    if (isPlain && reader.isJustified(start, end)) continue;
    findings.push(...checkHeaderBytes(bytes.subarray(start, end), start, name));
  }

  const reserved = text('reserved');
  const bytesPerSample = readBytesPerSample(bytes, shift, reserved, findings);
  const variant = readVariant(bytesPerSample, reserved, at('reserved'), findings);
  const localPatientIdentification = text('localPatientIdentification');
  const localRecordingIdentification = text('localRecordingIdentification');
  const start = readStartDateTime(text('startDate'), text('startTime'), localRecordingIdentification, shift);
  findings.push(...start.findings);
  if (variant.includes('+')) {
    const year = start.startDateTime === null ? null : Number(start.startDateTime.slice(0, 4));
    const patient = at('localPatientIdentification');
    findings.push(...checkPatientIdentification(localPatientIdentification, year, patient));
    const recording = at('localRecordingIdentification');
    findings.push(...checkRecordingIdentification(localRecordingIdentification, recording));
  }
  return {
    variant,
    bytesPerSample,
    shift,
    localPatientIdentification,
    localRecordingIdentification,
    startDateTime: start.startDateTime,
    reserved,
    declaredDataRecordCount: readDataRecordCount(text('dataRecordCount'), at('dataRecordCount'), findings),
    dataRecordDurationNs: readDuration(text('dataRecordDuration'), at('dataRecordDuration'), findings),
    signalCount: readSignalCount(text('signalCount'), text('headerByteLength'), at, findings),
  };
}

function refuseWhatIsNoHeader(bytes: Uint8Array, findings: Finding[]): void {
  const whole = { offset: 0, length: bytes.length };
  if (bytes.length === 0) refuse(findings, 'empty-file', 'EDF001', 'The file is empty.', whole);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const message = 'The file is compressed with gzip; it must be inflated before it can be read.';
    refuse(findings, 'gzip-not-supported-here', 'EDF002', message, {
      offset: 0,
      length: 2,
      field: 'version',
    });
  }
  if (bytes.length >= fixedHeaderByteLength) return;
  if (bytes.length >= fixedFields.version.length && !hasVersion(bytes)) {
    const message = 'The file does not begin like an EDF or BDF file.';
    refuse(findings, 'not-edf', 'EDF002', message, { offset: 0, length: 8, field: 'version' });
  }
  const message = `The file has ${bytes.length} bytes; the fixed header alone has 256.`;
  refuse(findings, 'header-truncated', 'EDF001', message, { ...whole, offset: bytes.length });
}

const checkedFields = Object.values<HeaderField>(fixedFields)
  .map(({ name }) => name as keyof typeof fixedFields)
  .filter((name) => name !== 'version');

type Ranges = Record<keyof typeof fixedFields, readonly [start: number, end: number]>;

/** Where each field of the fixed header lies, as byte ranges of a file whose header may be shifted. */
export function fieldRanges(bytes: Uint8Array, place: HeaderPlace): Ranges {
  const ranges = {} as Ranges;
  for (const [name, { offset, length }] of Object.entries(fixedFields)) {
    const start = offset + place.shift;
    ranges[name as keyof Ranges] = [start, start + length];
  }
  const {
    version,
    localPatientIdentification: patient,
    localRecordingIdentification: recording,
  } = fixedFields;
  // The shift begins somewhere in the identification: before the recording's keyword, if that is where it shows.
  const shiftedStart = recording.offset + place.shift;
  const hasKeyword = decodeLatin1(bytes.subarray(shiftedStart, shiftedStart + 9)) === 'Startdate';
  const boundary = hasKeyword ? shiftedStart : recording.offset + place.identificationShift;
  ranges.version = [0, Math.max(0, version.length + place.identificationShift)];
  ranges.localPatientIdentification = [patient.offset + place.identificationShift, boundary];
  ranges.localRecordingIdentification = [boundary, fixedFields.startDate.offset + place.shift];
  return ranges;
}

const unshiftedRanges = fieldRanges(new Uint8Array(0), { shift: 0, identificationShift: 0 });

function readBytesPerSample(bytes: Uint8Array, shift: number, reserved: string, findings: Finding[]): 2 | 3 {
  const version = decodeLatin1(bytes.subarray(0, fixedFields.version.length));
  if (version === '0       ') return 2;
  if (version === '\u00ffBIOSEMI') return 3;
  const place = { offset: 0, length: 8, field: 'version' };
  const isNearly = version.slice(1) === 'BIOSEMI' || headerText(bytes.subarray(0, 8)) === '0';
  if (!isNearly && !looksLikeHeader(bytes, shift)) {
    refuse(findings, 'not-edf', 'EDF002', 'The file does not begin like an EDF or BDF file.', place);
  }
  const samples = version.slice(1) === 'BIOSEMI' || /^(24BIT|BDF\+[CD])/.test(reserved) ? 3 : 2;
  if (shift === 0) {
    const message = 'The version field is neither "0" and seven spaces nor that of BDF.';
    const assumed = samples === 3 ? 'BDF, 24-bit samples' : 'EDF, 16-bit samples';
    findings.push(findingOf('EDF002', message, { ...place, severity: 'error', assumed }));
  }
  return samples;
}

function readVariant(
  bytesPerSample: 2 | 3,
  reserved: string,
  at: FindingPlace,
  findings: Finding[],
): EdfVariant {
  const format = bytesPerSample === 3 ? 'BDF' : 'EDF';
  const marker = /^(EDF|BDF)\+([CD])/.exec(reserved);
  if (marker === null) {
    if (reserved !== '' && !(format === 'BDF' && reserved === '24BIT')) {
      const message = 'The reserved field holds text that the standard does not know.';
      findings.push(findingOf('EDF013', message, { ...at, assumed: `plain ${format}` }));
    }
    return format;
  }
  const variant = `${format}+${marker[2] as 'C' | 'D'}` as const;
  if (marker[1] !== format) {
    const message = `The file is ${format} by its version field and carries a ${marker[1]}+ marker.`;
    findings.push(findingOf('EDF014', message, { ...at, assumed: variant }));
  }
  return variant;
}

function readDataRecordCount(text: string, at: FindingPlace, findings: Finding[]): number | null {
  const { value } = parseHeaderNumber(text, true);
  const count = Number.isSafeInteger(value) ? value : null;
  if (count === null || count < 0) {
    const what = count === -1 ? 'is -1 (the recording was not closed)' : 'cannot be read';
    const message = `The number of data records ${what}.`;
    findings.push(findingOf('EDF015', message, { ...at, assumed: 'as many as the file holds' }));
  } else if (!/^\d+$/.test(text)) {
    findings.push(findingOf('EDF027', 'The number of data records is not written in plain digits.', at));
  }
  if (count === 0) findings.push(findingOf('EDF016', 'The header declares 0 data records.', at));
  return count;
}

function readDuration(text: string, at: FindingPlace, findings: Finding[]): bigint {
  const number = parseHeaderNumber(text, false);
  const duration = nanosecondsFromDecimal(number.text);
  if (duration === null || duration < 0n) {
    const what = number.fault === 'blank' ? 'is blank' : duration === null ? 'cannot be read' : 'is negative';
    const message = `The duration of a data record ${what}.`;
    findings.push(findingOf('EDF020', message, { ...at, assumed: '0: no times and no sampling rates' }));
    return 0n;
  }
  if (number.fault === 'comma' || number.fault === 'grouping') {
    findings.push(findingOf('EDF026', 'The duration of a data record is written with a comma.', at));
  } else if (number.fault !== null) {
    findings.push(findingOf('EDF027', 'The duration of a data record is in exponent form.', at));
  }
  if (duration % 1_000_000_000n !== 0n) {
    findings.push(findingOf('EDF022', 'A data record does not last a whole number of seconds.', at));
  }
  return duration;
}

function readSignalCount(
  countText: string,
  lengthText: string,
  at: (name: keyof typeof fixedFields) => FindingPlace,
  findings: Finding[],
): number {
  const isValid = (count: number): boolean =>
    Number.isInteger(count) && count >= 1 && count <= maxSignalCount;
  const declared = /^\d+$/.test(countText) ? Number(countText) : NaN;
  const length = /^\d+$/.test(lengthText) ? Number(lengthText) : NaN;
  const fromLength = length / fixedHeaderByteLength - 1;
  if (isValid(declared)) {
    if (fromLength !== declared) {
      const expected = fixedHeaderByteLength * (declared + 1);
      const message = `The header-bytes field is not ${expected}, as ${declared} signals need.`;
      findings.push(
        findingOf('EDF012', message, { ...at('headerByteLength'), assumed: `${expected} bytes` }),
      );
    }
    return declared;
  }
  const message = 'The number of signals is not an integer from 1 to 9999.';
  if (!isValid(fromLength)) refuse(findings, 'header-field-invalid', 'EDF023', message, at('signalCount'));
  const assumed = `${fromLength}, from the header-bytes field`;
  findings.push(findingOf('EDF023', message, { ...at('signalCount'), severity: 'error', assumed }));
  return fromLength;
}
