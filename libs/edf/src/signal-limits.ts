import type { HeaderNumber } from './decimal.ts';
import { parseHeaderNumber } from './decimal.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import { sampleRange } from './header-fields.ts';
import { plainDecimalAt, plainIntegerAt } from './plain-decimal.ts';
import type { SignalColumns } from './signal-column.ts';

/** The limits of one signal, NaN where unreadable. */
export interface SignalLimits {
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  /** Whether they give a scale. Those of an annotations signal never do. */
  readonly isScale: boolean;
}

type Numbers = Record<'physicalMin' | 'physicalMax' | 'digitalMin' | 'digitalMax', HeaderNumber>;

const limitNames = ['physicalMin', 'physicalMax', 'digitalMin', 'digitalMax'] as const;
const uncalibrated = 'no scale: physical value = digital value';

/** Reads the limits of signals, one signal after the other. */
export class LimitsReader {
  readonly #bytes: Uint8Array;
  readonly #columns: SignalColumns;
  readonly #bytesPerSample: 2 | 3;
  /** Those of the signal before, if there was nothing to say about them. */
  #right: SignalLimits | null = null;

  constructor(bytes: Uint8Array, columns: SignalColumns, bytesPerSample: 2 | 3) {
    this.#bytes = bytes;
    this.#columns = columns;
    this.#bytesPerSample = bytesPerSample;
  }

  /** Reads the limits of the next signal; what is wrong with them is added to `findings`. */
  read(signal: number, isAnnotations: boolean, findings: Finding[]): SignalLimits {
    const before = this.#right;
    if (before !== null && before.isScale !== isAnnotations && this.#isAsBefore(signal)) return before;
    this.#right = this.#readRight(signal, isAnnotations);
    return this.#right ?? this.#readWrong(signal, isAnnotations, findings);
  }

  #isAsBefore(signal: number): boolean {
    const { physicalMin, physicalMax, digitalMin, digitalMax } = this.#columns;
    return (
      physicalMin.isAsBefore(signal) &&
      physicalMax.isAsBefore(signal) &&
      digitalMin.isAsBefore(signal) &&
      digitalMax.isAsBefore(signal)
    );
  }

  /** The limits where nothing is to be said about them; null otherwise. */
  #readRight(signal: number, isAnnotations: boolean): SignalLimits | null {
    const bytes = this.#bytes;
    const columns = this.#columns;
    const { length } = columns.physicalMin;
    const physicalMin = plainDecimalAt(bytes, columns.physicalMin.startOf(signal), length);
    const physicalMax = plainDecimalAt(bytes, columns.physicalMax.startOf(signal), length);
    const digitalMin = plainIntegerAt(bytes, columns.digitalMin.startOf(signal), length);
    const digitalMax = plainIntegerAt(bytes, columns.digitalMax.startOf(signal), length);
    const [lowest, highest] = sampleRange[this.#bytesPerSample];
    // No comparison with NaN is true.
    const isRight = isAnnotations
      ? digitalMin === lowest &&
        digitalMax === highest &&
        (physicalMin < physicalMax || physicalMin > physicalMax)
      : digitalMin >= lowest && digitalMax <= highest && digitalMin < digitalMax && physicalMin < physicalMax;
    return isRight ? { physicalMin, physicalMax, digitalMin, digitalMax, isScale: !isAnnotations } : null;
  }

  #readWrong(signal: number, isAnnotations: boolean, findings: Finding[]): SignalLimits {
    const columns = this.#columns;
    const bytesPerSample = this.#bytesPerSample;
    const numbers: Numbers = {
      physicalMin: parseHeaderNumber(columns.physicalMin.text(signal), false),
      physicalMax: parseHeaderNumber(columns.physicalMax.text(signal), false),
      digitalMin: parseHeaderNumber(columns.digitalMin.text(signal), true),
      digitalMax: parseHeaderNumber(columns.digitalMax.text(signal), true),
    };
    if (isAnnotations) checkAnnotationsLimits(numbers, bytesPerSample, columns, signal, findings);
    const isScale = !isAnnotations && checkLimits(numbers, bytesPerSample, columns, signal, findings);
    return {
      physicalMin: numbers.physicalMin.value,
      physicalMax: numbers.physicalMax.value,
      digitalMin: numbers.digitalMin.value,
      digitalMax: numbers.digitalMax.value,
      isScale,
    };
  }
}

function checkLimits(
  limits: Numbers,
  bytesPerSample: 2 | 3,
  columns: SignalColumns,
  signal: number,
  findings: Finding[],
): boolean {
  for (const name of limitNames) {
    const { value, fault } = limits[name];
    if (fault === 'comma' || fault === 'grouping' || fault === 'ambiguous-comma') {
      const assumed = Number.isNaN(value) ? uncalibrated : String(value);
      const place = { ...columns[name].placeOf(signal), assumed };
      findings.push(findingOf('EDF026', `The ${name} is written with a comma.`, place));
    } else if (fault !== null) {
      const what = { blank: 'is blank', exponent: 'is in exponent form', unreadable: 'cannot be read' }[
        fault
      ];
      const assumed = Number.isNaN(value) ? uncalibrated : String(value);
      const place = { ...columns[name].placeOf(signal), assumed };
      findings.push(findingOf('EDF027', `The ${name} ${what}.`, place));
    }
  }
  const [lowest, highest] = sampleRange[bytesPerSample];
  for (const name of ['digitalMin', 'digitalMax'] as const) {
    const { value, fault } = limits[name];
    if (fault === null && !/^[+-]?\d+$/.test(columns[name].text(signal))) {
      const message = `The ${name} is not written as an integer.`;
      findings.push(findingOf('EDF028', message, columns[name].placeOf(signal)));
    }
    if (value < lowest || value > highest) {
      const message = `The ${name} ${value} is outside ${lowest} to ${highest}.`;
      findings.push(findingOf('EDF030', message, columns[name].placeOf(signal)));
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
    const place = { ...columns.digitalMax.placeOf(signal), assumed: uncalibrated };
    findings.push(findingOf('EDF029', message, place));
  }
  if (physicalMax === physicalMin) {
    const message = `The physicalMax equals the physicalMin ${physicalMin}.`;
    const place = { ...columns.physicalMax.placeOf(signal), assumed: uncalibrated };
    findings.push(findingOf('EDF031', message, place));
  }
  const isUsable =
    digitalMax > digitalMin && physicalMax - physicalMin !== 0 && Number.isFinite(physicalMax - physicalMin);
  if (isUsable && physicalMax < physicalMin) {
    const message = 'The physicalMax is below the physicalMin: negative gain.';
    findings.push(findingOf('EDF032', message, columns.physicalMax.placeOf(signal)));
  }
  return isUsable;
}

function checkAnnotationsLimits(
  limits: Numbers,
  bytesPerSample: 2 | 3,
  columns: SignalColumns,
  signal: number,
  findings: Finding[],
): void {
  const [lowest, highest] = sampleRange[bytesPerSample];
  if (limits.digitalMin.value !== lowest || limits.digitalMax.value !== highest) {
    const message = `The digital limits of the annotations signal are not ${lowest} and ${highest}.`;
    findings.push(findingOf('EDF047', message, columns.digitalMin.placeOf(signal)));
  }
  const physicalRange = limits.physicalMax.value - limits.physicalMin.value;
  if (physicalRange === 0 || Number.isNaN(physicalRange)) {
    const message = 'The physical limits of the annotations signal are equal or unreadable.';
    findings.push(findingOf('EDF047', message, columns.physicalMin.placeOf(signal)));
  }
}
