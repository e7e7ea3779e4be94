import { parseHeaderNumber } from './decimal.ts';
import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';
import { refuse } from './fixed-header.ts';
import { fixedHeaderByteLength, signalFieldOffset, signalHeaderByteLength } from './header-fields.ts';
import { HeaderReader } from './header-reader.ts';
import type { SignalHeader } from './header.ts';
import { plainDigitsAt } from './plain-decimal.ts';
import type { SignalColumns } from './signal-column.ts';
import { signalColumnsOf } from './signal-column.ts';
import { LimitsReader } from './signal-limits.ts';

/**
 * Reads all signal headers; what is wrong with them is added to `findings`.
 *
 * @param bytes the whole header record
 * @param shift by how many bytes everything is moved
 * @throws EdfError `header-field-invalid` when a signal's samples per data record are unreadable, since then no
 * sample of any signal can be located
 */
export function readSignalHeaders(
  bytes: Uint8Array,
  signalCount: number,
  shift: number,
  bytesPerSample: 2 | 3,
  findings: Finding[],
): SignalHeader[] {
  const start = fixedHeaderByteLength + shift;
  const reader = new HeaderReader(bytes, start, start + signalCount * signalHeaderByteLength);
  const columns = signalColumnsOf(reader, signalCount, shift);
  const checked = Object.values(columns).filter((column) => !column.isSilent(signalCount));
  const signals: SignalHeader[] = [];
  let byteOffsetInDataRecord = 0;
  let firstUnreadable: FindingPlace | null = null;
  const limits = new LimitsReader(bytes, columns, bytesPerSample);
  for (let index = 0; index < signalCount; index++) {
    for (const column of checked) column.checkBytes(index, findings);
    const samples = readSampleCount(bytes, columns, index, findings);
    if (samples === null) firstUnreadable ??= columns.samplesPerDataRecord.placeOf(index);
    signals.push(readSignal(columns, limits, index, samples ?? 0, byteOffsetInDataRecord, findings));
    byteOffsetInDataRecord += (samples ?? 0) * bytesPerSample;
  }
  if (firstUnreadable !== null) {
    const message = `The samples per data record of signal ${(firstUnreadable.signal ?? 0) + 1} cannot be read, so no sample can be located.`;
    refuse(findings, 'header-field-invalid', 'EDF034', message, firstUnreadable);
  }
  if (byteOffsetInDataRecord === 0) {
    const offset = signalFieldOffset('samplesPerDataRecord', 0, signalCount) + shift;
    const place = { field: 'samplesPerDataRecord', offset, length: 8 * signalCount };
    refuse(findings, 'header-field-invalid', 'EDF034', 'No signal has samples in a data record.', place);
  }
  return signals;
}

function readSignal(
  columns: SignalColumns,
  limitsReader: LimitsReader,
  index: number,
  samplesPerDataRecord: number,
  byteOffsetInDataRecord: number,
  findings: Finding[],
): SignalHeader {
  const label = columns.label.text(index);
  const isAnnotations = label === 'EDF Annotations' || label === 'BDF Annotations';
  const physicalDimension = columns.physicalDimension.text(index);
  const isLogFloat = !isAnnotations && physicalDimension === 'Filtered';
  const limits = limitsReader.read(index, isAnnotations, findings);
  return {
    index,
    label,
    transducerType: columns.transducerType.text(index),
    physicalDimension,
    physicalMin: limits.physicalMin,
    physicalMax: limits.physicalMax,
    digitalMin: limits.digitalMin,
    digitalMax: limits.digitalMax,
    prefiltering: columns.prefiltering.text(index),
    samplesPerDataRecord,
    reserved: columns.reserved.text(index),
    isAnnotations,
    byteOffsetInDataRecord,
    isCalibrated: limits.isScale && !isLogFloat,
    isLogFloat,
  };
}

function readSampleCount(
  bytes: Uint8Array,
  { samplesPerDataRecord: column }: SignalColumns,
  index: number,
  findings: Finding[],
): number | null {
  const right = plainDigitsAt(bytes, column.startOf(index), column.length);
  if (right > 0) return right;
  const field = column.text(index);
  const { value } = parseHeaderNumber(field, true);
  if (!Number.isInteger(value) || value < 0 || value > 99_999_999) return null;
  const place = column.placeOf(index);
  if (!/^\d+$/.test(field)) {
    findings.push(findingOf('EDF027', 'The samples per data record are not written in plain digits.', place));
  }
  if (value === 0) findings.push(findingOf('EDF035', 'The signal has 0 samples per data record.', place));
  return value;
}
