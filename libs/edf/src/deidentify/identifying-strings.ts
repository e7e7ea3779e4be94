import type { EdfHeader } from '../header.ts';
import { parseIdentificationDate } from '../start-date-time.ts';
import { dateStrings, datesIn } from './date-strings.ts';
import { foldWord, wordPattern } from './fold-word.ts';
import type { DeidentifyOptions } from './options.ts';
import { isElectrodeWithNumber, isTechnicalWord } from './vocabulary.ts';

/** What must not be in the output. Lives with the plan, never in a proof. */
export interface IdentifyingStrings {
  /** Looked for everywhere, as whole words, in any case. */
  readonly strings: readonly string[];
  /**
   * Looked for in annotations and free texts, not in labels and dimensions: words that recordings in general use too
   * (Mr. Green, patient A77), which a label needs to say what its signal is, and numbers of two or three digits.
   */
  readonly textStrings: readonly string[];
  /** Single letters of names: they go before a full stop, and beside another word of the same name. */
  readonly initials: readonly string[];
  /** Words of the identification that are not looked for: single characters, what `keep` names, words of devices. */
  readonly unsearchedWords: readonly string[];
}

/** Control characters stand between subfields too: none is written again. */
const betweenSubfields = /[\s\p{Cc}]+/u;

/**
 * Collects the strings that identify: whole subfields, each of their words, dates as people write them.
 *
 * Who is named (all of the patient identification, code and technician of the recording identification) goes with
 * every word of two characters or more, whatever else the word means. Equipment, what follows it, a recording
 * identification without subfields, and the name of the file go with the words that recordings in general do not use.
 *
 * @param startDateText the field startDate, which may hold a day where `startDateTime` is null
 */
export function identifyingStringsOf(
  header: EdfHeader,
  options: DeidentifyOptions,
  startDateText = '',
): IdentifyingStrings {
  const collected = new Collection(options.keep ?? []);
  const { localPatientIdentification: patient, localRecordingIdentification: recording } = header;
  const patientSubfields = patient.split(betweenSubfields);
  for (const [at, subfield] of patientSubfields.entries()) {
    const isSex = at === 1 && patientSubfields.length > 2 && /^[FM]$/.test(subfield);
    if (!isSex) collected.add(subfield, true);
  }
  const isLeft = areDatesLeft(header, options);
  const recordingSubfields = recording.split(betweenSubfields);
  const hasSubfields = recordingSubfields[0] === 'Startdate';
  for (const [at, subfield] of recordingSubfields.entries()) {
    if (subfield === 'Startdate' || subfield === shiftedMark || (isLeft && at === 1)) continue;
    collected.add(subfield, hasSubfields && (at === 2 || at === 3));
  }
  if (!isLeft) {
    const start = header.startDateTime?.slice(0, 10) ?? startDateText;
    for (const day of datesIn(start)) collected.addStrings(dateStrings(day));
  }
  // "_" stands for a space in EDF+ subfields; in a file name as well.
  const name = (options.fileName ?? '').replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  for (const part of name.split(/[\s_]+/)) collected.add(part, false);
  collected.addStrings((options.remove ?? []).map((text) => text.trim()).filter((text) => text !== ''));
  return collected.done();
}

class Collection {
  readonly #keep: ReadonlySet<string>;
  readonly #strings = new Set<string>();
  readonly #textStrings = new Set<string>();
  readonly #initials = new Set<string>();
  readonly #unsearched = new Set<string>();

  constructor(keep: readonly string[]) {
    this.#keep = new Set(keep.map(foldWord));
  }

  addStrings(strings: readonly string[]): void {
    for (const text of strings) this.#strings.add(text);
  }

  /** @param isOfPeople whether every word goes, whatever else it means */
  add(subfield: string, isOfPeople: boolean): void {
    const dates = datesIn(subfield);
    for (const date of dates) this.addStrings(dateStrings(date));
    if (parseIdentificationDate(subfield) !== null) return;
    const words = (subfield.match(wordPattern) ?? []).filter((word) => foldWord(word) !== 'x');
    if (words.length > 1 && isWorthSearching(words)) this.#strings.add(words.join(' '));
    for (const word of words) {
      if (dates.length === 0) this.#addWord(word, words, isOfPeople);
      // Day and month alone are found everywhere.
      else if (word.length === 4) this.#strings.add(word);
    }
  }

  #addWord(word: string, words: readonly string[], isOfPeople: boolean): void {
    const isNumber = /^\p{N}+$/u.test(word);
    const isVocabulary = !isNumber && isTechnicalWord(foldWord(word));
    if (this.#keep.has(foldWord(word))) this.#unsearched.add(word);
    else if ([...word].length < 2) this.#addCharacter(word, words, isOfPeople);
    else if (isNumber && word.length >= 4) this.#strings.add(word);
    else if (!isNumber && !isVocabulary) this.#strings.add(word);
    else if (isOfPeople || (isVocabulary && isElectrodeWithNumber(word))) this.#textStrings.add(word);
    else this.#unsearched.add(word);
  }

  #addCharacter(character: string, words: readonly string[], isOfPeople: boolean): void {
    this.#unsearched.add(character);
    if (!isOfPeople || !/\p{L}/u.test(character)) return;
    this.#initials.add(character);
    for (const other of words) {
      if ([...other].length < 2 || /\p{N}/u.test(other)) continue;
      this.#strings.add(`${character} ${other}`).add(`${other} ${character}`);
    }
  }

  done(): IdentifyingStrings {
    const strings = [...this.#strings];
    const searched = new Set([...strings, ...this.#textStrings].map(foldWord));
    return {
      strings,
      textStrings: [...this.#textStrings],
      initials: [...this.#initials],
      unsearchedWords: [...this.#unsearched].filter((word) => !searched.has(foldWord(word))),
    };
  }
}

/** More than a measured value: a letter, or four digits. */
function isWorthSearching(words: readonly string[]): boolean {
  const all = words.join('');
  return /\p{L}/u.test(all) || all.length >= 4;
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
