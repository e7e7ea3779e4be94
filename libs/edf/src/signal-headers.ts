import type { HeaderNumber } from './decimal.ts';
import { parseHeaderNumber } from './decimal.ts';
import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';
import { refuse } from './fixed-header.ts';
import type { SignalFieldName } from './header-fields.ts';
import { sampleRange, signalFieldOffset, signalFields } from './header-fields.ts';
import { checkHeaderBytes, headerText } from './header-text.ts';
import type { SignalHeader } from './header.ts';

const fieldNames = Object.keys(signalFields) as SignalFieldName[];
/** Where one signal's fields are, for reading and for the places of findings. */
interface SignalFields {
  text(name: SignalFieldName): string;
  at(name: SignalFieldName): FindingPlace;
}

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
  const signals: SignalHeader[] = [];
  let byteOffsetInDataRecord = 0;
  let firstUnreadable: FindingPlace | null = null;
  for (let index = 0; index < signalCount; index++) {
    const at = (name: SignalFieldName): FindingPlace => {
      const offset = signalFieldOffset(name, index, signalCount) + shift;
      return { field: name, signal: index, offset, length: signalFields[name].length };
    };
    const raw = (name: SignalFieldName): Uint8Array => {
      const start = signalFieldOffset(name, index, signalCount) + shift;
      return bytes.subarray(start, start + signalFields[name].length);
    };
    for (const name of fieldNames) {
      findings.push(
        ...checkHeaderBytes(raw(name), signalFieldOffset(name, index, signalCount) + shift, name, index),
      );
    }
    const fields: SignalFields = { text: (name) => headerText(raw(name)), at };
    const samples = readSampleCount(fields, findings);
    if (samples === null) firstUnreadable ??= at('samplesPerDataRecord');
    const signal = readSignal(fields, index, samples ?? 0, byteOffsetInDataRecord, bytesPerSample, findings);
    signals.push(signal);
    byteOffsetInDataRecord += signal.samplesPerDataRecord * bytesPerSample;
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
  { text, at }: SignalFields,
  index: number,
  samplesPerDataRecord: number,
  byteOffsetInDataRecord: number,
  bytesPerSample: 2 | 3,
  findings: Finding[],
): SignalHeader {
  const label = text('label');
  const isAnnotations = label === 'EDF Annotations' || label === 'BDF Annotations';
  const physicalDimension = text('physicalDimension');
  const isLogFloat = !isAnnotations && physicalDimension === 'Filtered';
  const limits = {
    physicalMin: parseHeaderNumber(text('physicalMin'), false),
    physicalMax: parseHeaderNumber(text('physicalMax'), false),
    digitalMin: parseHeaderNumber(text('digitalMin'), true),
    digitalMax: parseHeaderNumber(text('digitalMax'), true),
  };
  const hasLimits = isAnnotations
    ? checkAnnotationsLimits(limits, bytesPerSample, at, findings)
    : checkLimits(limits, bytesPerSample, { text, at }, findings);
  return {
    index,
    label,
    transducerType: text('transducerType'),
    physicalDimension,
    physicalMin: limits.physicalMin.value,
    physicalMax: limits.physicalMax.value,
    digitalMin: limits.digitalMin.value,
    digitalMax: limits.digitalMax.value,
    prefiltering: text('prefiltering'),
    samplesPerDataRecord,
    reserved: text('reserved'),
    isAnnotations,
    byteOffsetInDataRecord,
    isCalibrated: hasLimits && !isAnnotations && !isLogFloat,
    isLogFloat,
  };
}

function readSampleCount({ text, at }: SignalFields, findings: Finding[]): number | null {
  const field = text('samplesPerDataRecord');
  const { value } = parseHeaderNumber(field, true);
  if (!Number.isInteger(value) || value < 0 || value > 99_999_999) return null;
  const place = at('samplesPerDataRecord');
  if (!/^\d+$/.test(field)) {
    findings.push(findingOf('EDF027', 'The samples per data record are not written in plain digits.', place));
  }
  if (value === 0) findings.push(findingOf('EDF035', 'The signal has 0 samples per data record.', place));
  return value;
}

type Limits = Record<'physicalMin' | 'physicalMax' | 'digitalMin' | 'digitalMax', HeaderNumber>;
const limitNames = ['physicalMin', 'physicalMax', 'digitalMin', 'digitalMax'] as const;
const uncalibrated = 'no scale: physical value = digital value';

function checkLimits(
  limits: Limits,
  bytesPerSample: 2 | 3,
  fields: SignalFields,
  findings: Finding[],
): boolean {
  const { text, at } = fields;
  for (const name of limitNames) {
    const { value, fault } = limits[name];
    if (fault === 'comma' || fault === 'grouping' || fault === 'ambiguous-comma') {
      const assumed = Number.isNaN(value) ? uncalibrated : String(value);
      findings.push(findingOf('EDF026', `The ${name} is written with a comma.`, { ...at(name), assumed }));
    } else if (fault !== null) {
      const what = { blank: 'is blank', exponent: 'is in exponent form', unreadable: 'cannot be read' }[
        fault
      ];
      const assumed = Number.isNaN(value) ? uncalibrated : String(value);
      findings.push(findingOf('EDF027', `The ${name} ${what}.`, { ...at(name), assumed }));
    }
  }
  const [lowest, highest] = sampleRange[bytesPerSample];
  for (const name of ['digitalMin', 'digitalMax'] as const) {
    const { value, fault } = limits[name];
    if (fault === null && !/^[+-]?\d+$/.test(text(name))) {
      findings.push(findingOf('EDF028', `The ${name} is not written as an integer.`, at(name)));
    }
    if (value < lowest || value > highest) {
      const message = `The ${name} ${value} is outside ${lowest} to ${highest}.`;
      findings.push(findingOf('EDF030', message, at(name)));
    }
  }
  const [physicalMin, physicalMax, digitalMin, digitalMax] = limitNames.map((name) => limits[name].value) as [
    number,
    number,
    number,
    number,
  ];
  if (digitalMax <= digitalMin) {
    const message = `The digitalMax ${digitalMax} is not above the digitalMin ${digitalMin}.`;
    findings.push(findingOf('EDF029', message, { ...at('digitalMax'), assumed: uncalibrated }));
  }
  if (physicalMax === physicalMin) {
    const message = `The physicalMax equals the physicalMin ${physicalMin}.`;
    findings.push(findingOf('EDF031', message, { ...at('physicalMax'), assumed: uncalibrated }));
  }
  const isUsable =
    digitalMax > digitalMin && physicalMax - physicalMin !== 0 && Number.isFinite(physicalMax - physicalMin);
  if (isUsable && physicalMax < physicalMin) {
    findings.push(
      findingOf('EDF032', 'The physicalMax is below the physicalMin: negative gain.', at('physicalMax')),
    );
  }
  return isUsable;
}

function checkAnnotationsLimits(
  limits: Limits,
  bytesPerSample: 2 | 3,
  at: SignalFields['at'],
  findings: Finding[],
): boolean {
  const [lowest, highest] = sampleRange[bytesPerSample];
  if (limits.digitalMin.value !== lowest || limits.digitalMax.value !== highest) {
    const message = `The digital limits of the annotations signal are not ${lowest} and ${highest}.`;
    findings.push(findingOf('EDF047', message, at('digitalMin')));
  }
  const physicalRange = limits.physicalMax.value - limits.physicalMin.value;
  if (physicalRange === 0 || Number.isNaN(physicalRange)) {
    const message = 'The physical limits of the annotations signal are equal or unreadable.';
    findings.push(findingOf('EDF047', message, at('physicalMin')));
  }
  return false;
}
