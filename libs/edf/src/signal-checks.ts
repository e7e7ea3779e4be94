import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';
import type { SignalFieldName } from './header-fields.ts';
import { signalFieldOffset, signalFields } from './header-fields.ts';
import type { EdfHeader, SignalHeader } from './header.ts';
import { logFloatScale } from './log-float.ts';
import type { Prefiltering } from './prefiltering.ts';
import { readPrefiltering } from './prefiltering.ts';
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
  const isStandard = remembered(isStandardDimension);
  const filtersOf = remembered(readPrefiltering);
  const place: PlaceOf = (name, { index }) => ({
    field: name,
    signal: index,
    offset: signalFieldOffset(name, index, header.signals.length) + shift,
    length: signalFields[name].length,
  });
  for (const signal of header.signals) {
    if (signal.reserved !== '') {
      const message = 'The reserved field of a signal is not blank.';
      findings.push(findingOf('EDF043', message, place('reserved', signal)));
    }
    if (signal.isAnnotations) {
      checkAnnotationsSignal(signal, place, findings);
      continue;
    }
    checkLabel(signal, byLabel, place, findings);
    checkDimension(signal, isStandard, place, findings);
    // In a log-transformed signal the field holds the parameters instead.
    if (signal.prefiltering !== '' && logFloatScale(signal) === null) {
      checkPrefiltering(header, signal, filtersOf(signal.prefiltering), place, findings);
    }
    if (signal.transducerType === '') {
      findings.push(findingOf('EDF042', 'A signal has no transducer type.', place('transducerType', signal)));
    }
  }
  return findings;
}

type PlaceOf = (name: SignalFieldName, signal: SignalHeader) => FindingPlace;

/** The same judgement, made once of each text: most signals of a recording say the same. */
function remembered<Judgement>(judge: (text: string) => Judgement): (text: string) => Judgement {
  const known = new Map<string, Judgement>();
  let lastText: string | null = null;
  let last: Judgement;
  return (text) => {
    if (text === lastText) return last;
    last = known.get(text) ?? judge(text);
    lastText = text;
    known.set(text, last);
    return last;
  };
}

function checkAnnotationsSignal(signal: SignalHeader, place: PlaceOf, findings: Finding[]): void {
  for (const name of ['transducerType', 'physicalDimension', 'prefiltering'] as const) {
    if (signal[name] === '') continue;
    findings.push(
      findingOf('EDF047', `The ${name} of an annotations signal is not blank.`, place(name, signal)),
    );
  }
}

function checkLabel(
  signal: SignalHeader,
  byLabel: Map<string, number>,
  place: PlaceOf,
  findings: Finding[],
): void {
  const { label } = signal;
  if (label === '') {
    findings.push(findingOf('EDF037', 'A signal has no label.', place('label', signal)));
    return;
  }
  const first = byLabel.get(label);
  if (first === undefined) byLabel.set(label, signal.index);
  else
    findings.push(
      findingOf('EDF036', `The label is the same as that of signal ${first + 1}.`, place('label', signal)),
    );
  if (!standardLabel.test(label)) {
    findings.push(
      findingOf('EDF038', 'A label is not a standard type, a space and a sensor.', place('label', signal)),
    );
  }
}

function checkDimension(
  signal: SignalHeader,
  isStandard: (dimension: string) => boolean,
  place: PlaceOf,
  findings: Finding[],
): void {
  const { physicalDimension: dimension } = signal;
  if (dimension === '') {
    const message = 'A signal has no physical dimension: it is uncalibrated.';
    findings.push(findingOf('EDF033', message, place('physicalDimension', signal)));
  } else if (signal.isLogFloat) {
    const about = { ...place('physicalDimension', signal), assumed: 'physical value = digital value' };
    if (logFloatScale(signal) === null) {
      const message = 'The signal holds log-transformed numbers, whose parameters cannot be read.';
      findings.push(findingOf('EDF044', message, about));
    } else {
      const message = 'The signal holds log-transformed numbers, given as stored unless they are asked for.';
      findings.push(findingOf('EDF044', message, { ...about, severity: 'info' }));
    }
  } else if (!isStandard(dimension)) {
    const message = 'The physical dimension is not a standard unit.';
    findings.push(findingOf('EDF039', message, place('physicalDimension', signal)));
  }
}

function isStandardDimension(dimension: string): boolean {
  if (dimension.startsWith('.')) return false;
  return dimension.split(/[/*.]|(?:\^?-?\d+)/).every((part) => part === '' || unit.test(part));
}

function checkPrefiltering(
  header: EdfHeader,
  signal: SignalHeader,
  filters: Prefiltering,
  place: PlaceOf,
  findings: Finding[],
): void {
  const { isWellFormed, highPassHz, lowPassHz } = filters;
  if (!isWellFormed) {
    const message = 'The prefiltering is not written like HP:0.1Hz LP:75Hz N:50Hz.';
    findings.push(findingOf('EDF040', message, place('prefiltering', signal)));
  }
  const nyquistHz = sampleRateHz(header, signal) / 2;
  // A low pass of 0 is how some writers say "none".
  if (lowPassHz > 0 && highPassHz >= lowPassHz) {
    const message = `The high pass of ${highPassHz} Hz is not below the low pass of ${lowPassHz} Hz.`;
    findings.push(findingOf('EDF041', message, place('prefiltering', signal)));
  } else if (nyquistHz > 0 && lowPassHz > nyquistHz) {
    const message = `The low pass of ${lowPassHz} Hz is above half the sampling rate, ${nyquistHz} Hz.`;
    findings.push(findingOf('EDF041', message, place('prefiltering', signal)));
  }
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

// A message is a sentence; the finding itself has them all.
const mostStretches = 12;

/** Joins formal findings that are alike but for the signal; the first keeps its place and says which signals they are. */
export function joinFormalFindings(findings: Finding[]): Finding[] {
  const isFormal = (finding: Finding): boolean => finding.signal !== undefined && formalKinds.has(finding.id);
  if (!findings.some(isFormal)) return findings;
  const alike = new Map<string, number[]>();
  const key = (finding: Finding): string => `${finding.id} ${finding.field}`;
  for (const finding of findings) {
    if (!isFormal(finding)) continue;
    const signals = alike.get(key(finding));
    if (signals === undefined) alike.set(key(finding), [finding.signal!]);
    else signals.push(finding.signal!);
  }
  const joined: Finding[] = [];
  for (const finding of findings) {
    if (!isFormal(finding)) {
      joined.push(finding);
      continue;
    }
    const signals = alike.get(key(finding));
    if (signals === undefined) continue;
    alike.delete(key(finding));
    const message = `${finding.message} (${signals.length} signals: ${countedFromOne(signals)})`;
    joined.push(signals.length === 1 ? finding : { ...finding, message, signals });
  }
  return joined;
}

/** Signals as people count them: `1 to 3, 7`. */
function countedFromOne(signals: readonly number[]): string {
  const stretches: string[] = [];
  for (let at = 0; at < signals.length; at++) {
    const first = at;
    while (signals[at + 1] === signals[at]! + 1) at++;
    const last = signals[at]! + 1;
    if (at === first) stretches.push(String(last));
    else stretches.push(`${signals[first]! + 1} to ${last}`);
  }
  const left = stretches.length - mostStretches;
  return left <= 0
    ? stretches.join(', ')
    : `${stretches.slice(0, mostStretches).join(', ')} and ${left} more stretches`;
}
