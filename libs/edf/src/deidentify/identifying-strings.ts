import type { EdfHeader } from '../header.ts';
import { formatIdentificationDate, parseIdentificationDate } from '../start-date-time.ts';
import type { DeidentifyOptions } from './options.ts';
import { isTechnicalWord } from './vocabulary.ts';

/** What must not be in the output. Lives with the plan, never in a proof. */
export interface IdentifyingStrings {
  /** Looked for in any case, as whole words. */
  readonly strings: readonly string[];
  /** Words of the identification that recordings in general use too, so that they cannot be looked for. */
  readonly technicalWords: readonly string[];
}

const oneWord = /[\p{L}\p{M}\p{N}]+/gu;
/** Control characters stand between subfields too: none is written again. */
const betweenSubfields = /[\s\p{Cc}]+/u;

/** Collects the strings that identify: whole subfields, their parts of three letters or more, dates as people write them. */
export function identifyingStringsOf(header: EdfHeader, options: DeidentifyOptions): IdentifyingStrings {
  const strings = new Set<string>();
  const technicalWords = new Set<string>();
  const keep = new Set((options.keep ?? []).map((text) => text.toLowerCase()));
  const addVariants = (text: string): void => {
    for (const variant of variantsOf(text)) strings.add(variant);
  };
  const addText = (text: string): void => {
    const date = parseIdentificationDate(text);
    if (date !== null) {
      addDate(date.date, strings);
      return;
    }
    const words = text.match(oneWord) ?? [];
    if (words.length > 1 && words.some((word) => isWorthSearching(word))) {
      addVariants(text);
      addVariants(words.join(' '));
    }
    for (const word of words) {
      if (!isWorthSearching(word) || keep.has(word.toLowerCase())) continue;
      // Without its accents a name may be such a word too.
      for (const variant of variantsOf(word))
        (isTechnicalWord(variant) ? technicalWords : strings).add(variant);
    }
  };
  const { localPatientIdentification: patient, localRecordingIdentification: recording } = header;
  for (const subfield of patient.split(betweenSubfields)) if (subfield !== 'X') addText(subfield);
  const known = ['X', 'Startdate', shiftedMark];
  if (areDatesLeft(header, options)) known.push(recording.split(' ')[1]!);
  for (const subfield of recording.split(betweenSubfields)) if (!known.includes(subfield)) addText(subfield);
  // "_" stands for a space in EDF+ subfields; in a file name as well.
  const name = (options.fileName ?? '').replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  for (const part of name.split(/[\s_]+/)) addText(part);
  for (const text of options.remove ?? []) if (text.trim() !== '') addVariants(text.trim());
  return { strings: [...strings], technicalWords: [...technicalWords] };
}

/** Last subfield of a recording identification whose dates have been shifted already: they are not shifted again. */
export const shiftedMark = 'dates_shifted';

/** Whether dates are to be shifted and the recording says that they have been: then they stay as they are. */
export function areDatesLeft(header: EdfHeader, options: DeidentifyOptions): boolean {
  const patient = header.localPatientIdentification.split(' ');
  const isAnonymous = patient[0] === 'X' && patient[3] === 'X' && patient.length === 4;
  const isMarked = header.localRecordingIdentification.split(' ')[5] === shiftedMark;
  return options.dates?.kind === 'shift' && isAnonymous && isMarked && header.startDateTime !== null;
}

/** Three letters, or four digits: less is found everywhere. */
function isWorthSearching(word: string): boolean {
  return (word.match(/\p{L}/gu)?.length ?? 0) >= 3 || (word.match(/\p{N}/gu)?.length ?? 0) >= 4;
}

function variantsOf(text: string): string[] {
  const spaced = text.replaceAll('_', ' ');
  const plain = spaced.normalize('NFD').replace(/\p{M}/gu, '');
  return [...new Set([text, spaced, spaced.normalize('NFC'), spaced.normalize('NFD'), plain])];
}

function addDate(date: { year: number; month: number; day: number }, strings: Set<string>): void {
  // De-identification itself writes this day.
  if (date.month === 1 && date.day === 1) return;
  const [day, month] = [date.day, date.month].map((value) => String(value).padStart(2, '0'));
  const year = String(date.year).padStart(4, '0');
  strings.add(formatIdentificationDate(date));
  for (const text of [
    `${day}.${month}.${year}`,
    `${day}/${month}/${year}`,
    `${year}-${month}-${day}`,
    `${year}${month}${day}`,
  ])
    strings.add(text);
}

/**
 * A pattern for any of these strings as whole words, in any case; null when there are none.
 *
 * @param flags of the RegExp, besides `iu`
 */
export function patternOf(strings: readonly string[], flags = ''): RegExp | null {
  if (strings.length === 0) return null;
  const escaped = [...strings]
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '[\\s_]+'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, `iu${flags}`);
}
