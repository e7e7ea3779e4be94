import { decodeLatin1 } from '../header-text.ts';
import type { IdentifyingStrings } from './identifying-strings.ts';
import { patternOf } from './identifying-strings.ts';
import type { DeidentifyOptions } from './options.ts';
import { isTechnicalWord } from './vocabulary.ts';

const months =
  'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|mai|okt|dez';
const patterns = {
  address: /\S+@\S+|\b(?:https?:\/\/|www\.)\S+/giu,
  date: new RegExp(
    `(?<!\\d)(?:\\d{1,4}[./-]\\d{1,2}[./-]\\d{2,4}|\\d{1,2}[. -]*(?:${months})(?!\\p{L})[. -]*(?:\\d{2,4})?|(?<!\\p{L})(?:${months})[. ]+\\d{1,2}(?:,? +\\d{2,4})?)(?!\\d)`,
    'giu',
  ),
  timeOfDay: /(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?!\d)(?: ?[ap]m\b)?/giu,
  phone: /(?<![\d.])\+?\(?\d{1,5}\)?(?:[ ()/-]{1,2}\d{2,8}){2,5}(?!\d)/gu,
  // Letters and digits with five digits or more; decimals of a measured value are none.
  number: /(?<![\p{L}\d.])[\p{L}_-]*\d(?:[\p{L}_-]*\d){4,}[\p{L}]*/gu,
};
const oneWord = /[\p{L}\p{M}\p{N}]+(?:-complex)?/giu;
const measure = /^\d{1,4}\p{L}{0,4}$/u;

/** Makes texts of people into texts of recordings in general. */
export interface TextRedaction {
  /** Annotations, transducers and filters. Never longer than what was given. */
  freeText(text: string): string;
  /** Labels and dimensions, whose words decide what a signal is: identifying words and patterns only. */
  name(text: string): string;
  /** Whether bytes, read as UTF-8 or as Latin-1, hold an identifying string: what is a letter depends on that. */
  identifies(bytes: Uint8Array): boolean;
}

/**
 * Each thing that goes becomes one `X`. What comes out is unchanged by another round, also one that does not know
 * the identifying strings any more.
 */
export function textRedaction(identifying: IdentifyingStrings, options: DeidentifyOptions): TextRedaction {
  const strings = patternOf(identifying.strings, 'g');
  const anyString = patternOf(identifying.strings);
  const keep = new Set((options.keep ?? []).map((text) => text.trim().toLowerCase()));
  const removePatterns = (text: string): string => {
    let rest = text.replace(patterns.address, 'X').replace(patterns.date, 'X');
    if (options.keepTimeOfDay !== true) rest = rest.replace(patterns.timeOfDay, 'X');
    return rest.replace(patterns.phone, 'X').replace(patterns.number, 'X');
  };
  const removeStrings = (text: string): string => (strings === null ? text : text.replace(strings, 'X'));
  const removeWords = (text: string): string =>
    text.replace(oneWord, (word) =>
      measure.test(word) || isTechnicalWord(word) || keep.has(word.toLowerCase()) ? word : 'X',
    );
  const settle = (text: string, once: (text: string) => string): string => {
    let [before, after] = ['', text];
    // What is left may, closer together, be a date or a number once more; it gets shorter or ends.
    while (before !== after) [before, after] = [after, once(after)];
    return after;
  };
  const isKept = (text: string): boolean => keep.has(text.trim().toLowerCase());
  return {
    freeText: (text) =>
      settle(text, (one) => {
        const rest = removeStrings(one);
        if (isKept(rest)) return rest;
        return options.texts === 'patterns' ? removePatterns(rest) : removeWords(removePatterns(rest));
      }),
    name: (text) => settle(text, (one) => removePatterns(removeStrings(one))),
    identifies: (bytes) => anyString !== null && readings(bytes).some((text) => anyString.test(text)),
  };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as texts: one for ASCII, else both that they may be meant as. */
export function readings(bytes: Uint8Array): string[] {
  const latin1 = decodeLatin1(bytes);
  return bytes.every((byte) => byte < 0x80) ? [latin1] : [latin1, utf8.decode(bytes)];
}
