import { decodeLatin1 } from '../header-text.ts';
import { foldWord } from './fold-word.ts';
import type { IdentifyingStrings } from './identifying-strings.ts';
import type { DeidentifyOptions } from './options.ts';
import { stringSearch } from './string-search.ts';
import { withoutAddresses, withoutDates, withoutNumbers, withoutTimes } from './text-patterns.ts';
import { isTechnicalWord } from './vocabulary.ts';

const oneWord = /[\p{L}\p{M}\p{N}]+(?:-complex)?/giu;
/** A short number, with a unit or as an ordinal. */
const measure = /^\d{1,4}(\p{L}{0,4})$/u;
/** So many rounds at most: a text made to need another one each time goes as a whole. */
const mostRounds = 12;

/** Makes texts of people into texts of recordings in general. */
export interface TextRedaction {
  /** Annotations, transducers and filters. Never longer than what was given. */
  freeText(text: string): string;
  /** Labels and dimensions, whose words decide what a signal is: identifying words and patterns only. */
  name(text: string): string;
  /** Whether bytes, read as UTF-8 or as Latin-1, hold an identifying string: what is a letter depends on that. */
  identifies(bytes: Uint8Array, place: 'text' | 'name'): boolean;
}

/**
 * Each thing that goes becomes one `X`. What comes out is unchanged by another round, also one that does not know
 * the identifying strings any more. Takes a time that grows with the text alone, whatever the text is.
 */
export function textRedaction(identifying: IdentifyingStrings, options: DeidentifyOptions): TextRedaction {
  const inNames = stringSearch(identifying.strings);
  const inTexts = stringSearch([...identifying.strings, ...identifying.textStrings]);
  const initials = new Set(identifying.initials.map(foldWord));
  const keep = new Set((options.keep ?? []).map((text) => text.trim().toLowerCase()));
  const removePatterns = (text: string): string => {
    const rest = withoutDates(withoutAddresses(text));
    return withoutNumbers(options.keepTimeOfDay === true ? rest : withoutTimes(rest));
  };
  const removeInitials = (text: string): string =>
    initials.size === 0
      ? text
      : text.replace(/(?<![\p{L}\p{M}\p{N}])\p{Lu}(?=\.)/gu, (letter) =>
          initials.has(foldWord(letter)) ? 'X' : letter,
        );
  const isGeneral = (word: string): boolean =>
    isTechnicalWord(word) || keep.has(word.toLowerCase()) || isMeasure(word);
  const isMeasure = (word: string): boolean => {
    const unit = measure.exec(word)?.[1];
    return unit !== undefined && (/^(?:|st|nd|rd|th)$/i.test(unit) || isGeneral(unit));
  };
  const removeWords = (text: string): string =>
    text.replace(oneWord, (word) => (isGeneral(word) ? word : 'X'));
  const settle = (text: string, once: (text: string) => string): string => {
    let before = text;
    for (let round = 0; round < mostRounds; round++) {
      const after = once(before);
      // What is left may, closer together, be a date or a number once more.
      if (after === before) return after;
      before = after;
    }
    return 'X';
  };
  const isKept = (text: string): boolean => keep.has(text.trim().toLowerCase());
  return {
    freeText: (text) =>
      settle(text, (one) => {
        const rest = removeInitials(inTexts.without(one));
        if (isKept(rest)) return rest;
        return options.texts === 'patterns' ? removePatterns(rest) : removeWords(removePatterns(rest));
      }),
    name: (text) => settle(text, (one) => removePatterns(inNames.without(one))),
    identifies: (bytes, place) =>
      readings(bytes).some((text) => (place === 'text' ? inTexts : inNames).isIn(text)),
  };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as texts: one for ASCII, else both that they may be meant as. */
export function readings(bytes: Uint8Array): string[] {
  const latin1 = decodeLatin1(bytes);
  return bytes.every((byte) => byte < 0x80) ? [latin1] : [latin1, utf8.decode(bytes)];
}
