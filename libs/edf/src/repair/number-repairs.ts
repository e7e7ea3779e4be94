import { parseHeaderNumber } from '../decimal.ts';
import { sampleRange } from '../header-fields.ts';
import type { EdfHeader } from '../header.ts';
import type { DraftField, HeaderDraft } from './header-draft.ts';

const sameNumber = 'the same number in plain form';

/** Writes numbers plainly where their value is certain (EDF026, EDF027, EDF028). */
export function repairNumbers(draft: HeaderDraft, header: EdfHeader): void {
  repairNumber(draft, draft.fixed('dataRecordDuration'), false);
  if ((header.declaredDataRecordCount ?? -1) >= 0) repairNumber(draft, draft.fixed('dataRecordCount'), true);
  for (const { index, isAnnotations } of header.signals) {
    repairNumber(draft, draft.ofSignal('samplesPerDataRecord', index), true);
    if (isAnnotations) continue;
    for (const name of ['physicalMin', 'physicalMax'] as const)
      repairNumber(draft, draft.ofSignal(name, index), false);
    for (const name of ['digitalMin', 'digitalMax'] as const)
      repairNumber(draft, draft.ofSignal(name, index), true);
  }
}

function repairNumber(draft: HeaderDraft, field: DraftField, isInteger: boolean): void {
  const text = draft.text(field);
  const { value, fault, text: dotted } = parseHeaderNumber(text, isInteger);
  const isPlain = fault === null && (!isInteger || /^-?\d+$/.test(text) || !Number.isInteger(value));
  if (isPlain || !Number.isFinite(value)) return;
  if (/^[+-]?\d+$/.test(text) && field.name.startsWith('digital')) return;
  const isComma = fault === 'comma' || fault === 'grouping';
  const plain = isComma && !dotted.includes('e') && !isInteger ? dotted : String(value);
  if (/e/i.test(plain) || Number(plain) !== value) return;
  const finding = isComma
    ? 'EDF026'
    : fault === null && field.name.startsWith('digital')
      ? 'EDF028'
      : 'EDF027';
  draft.set(field, plain, 'numbers', finding, sameNumber);
}

/** Writes the limits and blanks the texts of annotations signals [EDF+ 2.2.1] (EDF047). */
export function repairAnnotationsHeaders(draft: HeaderDraft, header: EdfHeader): void {
  const [lowest, highest] = sampleRange[header.bytesPerSample];
  const reason = 'the header of an annotations signal [EDF+ 2.2.1]';
  for (const signal of header.signals) {
    if (!signal.isAnnotations) continue;
    const set = (name: Parameters<HeaderDraft['ofSignal']>[0], text: string): void =>
      draft.set(draft.ofSignal(name, signal.index), text, 'annotations-signal-header', 'EDF047', reason);
    for (const name of ['transducerType', 'physicalDimension', 'prefiltering'] as const)
      if (signal[name] !== '') set(name, '');
    if (signal.digitalMin !== lowest || signal.digitalMax !== highest) {
      set('digitalMin', String(lowest));
      set('digitalMax', String(highest));
    }
    const range = signal.physicalMax - signal.physicalMin;
    if (range === 0 || Number.isNaN(range)) {
      set('physicalMin', '-1');
      set('physicalMax', '1');
    }
  }
}
