import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';
import type { SignalFieldName } from './header-fields.ts';
import { signalFieldOffset, signalFields } from './header-fields.ts';
import type { EdfHeader, SignalHeader } from './header.ts';
import { sampleRateHz } from './sample-rate.ts';

// Label types of the EDF+ standard texts; a label is "type sensor", for instance "EEG Fpz-Cz".
const standardLabel =
  /^(EEG|ECG|EOG|ERG|EMG|MEG|MCG|EP|Temp|Resp|SaO2|Light|Sound|Event|EAG|GSR|Dist|Vel|Acc|Angle|Force)( \S.*)?$/;
const unit =
  /^[YZEPTGMKkHDdcmunpfazy]?(V|A|S|Ohm|Hz|m|s|sec|min|h|g|l|L|Pa|bar|K|W|J|N|T|lx|cd|mol|Eq|rad|eV|B|VA)$|^(degC|degF|deg|mmHg|cmH2O|mmH2O|%|bpm|BPM|lux|dB|Boolean|bit|count|counts|-)$/;

/** Checks what the fields of each signal mean (EDF033, EDF036 to EDF047), once the header is read. */
export function checkSignals(header: EdfHeader, shift: number): Finding[] {
  const findings: Finding[] = [];
  const byLabel = new Map<string, number>();
  for (const signal of header.signals) {
    const at = (name: SignalFieldName): FindingPlace => ({
      field: name,
      signal: signal.index,
      offset: signalFieldOffset(name, signal.index, header.signals.length) + shift,
      length: signalFields[name].length,
    });
    if (signal.reserved !== '') {
      const message = 'The reserved field of a signal is not blank.';
      findings.push(findingOf('EDF043', message, at('reserved')));
    }
    if (signal.isAnnotations) {
      checkAnnotationsSignal(signal, at, findings);
      continue;
    }
    checkLabel(signal, byLabel, at, findings);
    checkDimension(signal, at, findings);
    checkPrefiltering(header, signal, at, findings);
    if (signal.transducerType === '') {
      findings.push(findingOf('EDF042', 'A signal has no transducer type.', at('transducerType')));
    }
  }
  return findings;
}

type At = (name: SignalFieldName) => FindingPlace;

function checkAnnotationsSignal(signal: SignalHeader, at: At, findings: Finding[]): void {
  for (const name of ['transducerType', 'physicalDimension', 'prefiltering'] as const) {
    if (signal[name] === '') continue;
    findings.push(findingOf('EDF047', `The ${name} of an annotations signal is not blank.`, at(name)));
  }
}

function checkLabel(signal: SignalHeader, byLabel: Map<string, number>, at: At, findings: Finding[]): void {
  const { label } = signal;
  if (label === '') {
    findings.push(findingOf('EDF037', 'A signal has no label.', at('label')));
    return;
  }
  const first = byLabel.get(label);
  if (first === undefined) byLabel.set(label, signal.index);
  else
    findings.push(findingOf('EDF036', `The label is the same as that of signal ${first + 1}.`, at('label')));
  if (!standardLabel.test(label)) {
    findings.push(findingOf('EDF038', 'A label is not a standard type, a space and a sensor.', at('label')));
  }
}

function checkDimension(signal: SignalHeader, at: At, findings: Finding[]): void {
  const { physicalDimension: dimension } = signal;
  const place = at('physicalDimension');
  if (dimension === '') {
    findings.push(findingOf('EDF033', 'A signal has no physical dimension: it is uncalibrated.', place));
  } else if (signal.isLogFloat) {
    const message = 'The signal holds log-transformed numbers, which are given as stored.';
    findings.push(findingOf('EDF044', message, { ...place, assumed: 'physical value = digital value' }));
  } else if (
    !dimension.split(/[/*.]|(?:\^?-?\d+)/).every((part) => part === '' || unit.test(part)) ||
    dimension.startsWith('.')
  ) {
    findings.push(findingOf('EDF039', 'The physical dimension is not a standard unit.', place));
  }
}

function checkPrefiltering(header: EdfHeader, signal: SignalHeader, at: At, findings: Finding[]): void {
  const { prefiltering } = signal;
  if (prefiltering === '') return;
  if (!/^((HP|LP|N):\s?(DC|\d+([.,]\d+)?\s?[mk]?(Hz)?)[;,]?\s*)+$/i.test(prefiltering)) {
    const message = 'The prefiltering is not written like HP:0.1Hz LP:75Hz N:50Hz.';
    findings.push(findingOf('EDF040', message, at('prefiltering')));
  }
  const highPass = filterHz(prefiltering, 'HP');
  const lowPass = filterHz(prefiltering, 'LP');
  const nyquist = sampleRateHz(header, signal) / 2;
  // A low pass of 0 is how some writers say "none".
  if (lowPass > 0 && highPass >= lowPass) {
    const message = `The high pass of ${highPass} Hz is not below the low pass of ${lowPass} Hz.`;
    findings.push(findingOf('EDF041', message, at('prefiltering')));
  } else if (nyquist > 0 && lowPass > nyquist) {
    const message = `The low pass of ${lowPass} Hz is above half the sampling rate, ${nyquist} Hz.`;
    findings.push(findingOf('EDF041', message, at('prefiltering')));
  }
}

function filterHz(prefiltering: string, kind: 'HP' | 'LP'): number {
  const match = new RegExp(`\\b${kind}:\\s?(\\d+(?:[.,]\\d+)?)\\s?([mk]?)(Hz)?`, 'i').exec(prefiltering);
  if (match === null) return NaN;
  const factor = { m: 1e-3, k: 1e3 }[match[2]!.toLowerCase()] ?? 1;
  return Number(match[1]!.replace(',', '.')) * factor;
}

// Formal remarks that most writers earn on every signal: one finding for all of them reads better than sixty-four.
const formalKinds = new Set([
  'EDF004',
  'EDF005',
  'EDF006',
  'EDF033',
  'EDF037',
  'EDF038',
  'EDF040',
  'EDF042',
  'EDF043',
]);

/** Joins formal findings that are alike but for the signal; the first keeps its place and says how many there are. */
export function joinFormalFindings(findings: readonly Finding[]): Finding[] {
  const alike = new Map<string, number>();
  const key = (finding: Finding): string => `${finding.id} ${finding.field}`;
  const isFormal = (finding: Finding): boolean => finding.signal !== undefined && formalKinds.has(finding.id);
  for (const finding of findings)
    if (isFormal(finding)) alike.set(key(finding), (alike.get(key(finding)) ?? 0) + 1);
  const joined: Finding[] = [];
  for (const finding of findings) {
    if (!isFormal(finding)) {
      joined.push(finding);
      continue;
    }
    const count = alike.get(key(finding));
    if (count === undefined) continue;
    alike.delete(key(finding));
    joined.push(count === 1 ? finding : { ...finding, message: `${finding.message} (${count} signals)` });
  }
  return joined;
}
