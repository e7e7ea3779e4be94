import { foldWord } from './fold-word.ts';
import { ambiguousMonthNames, monthNames } from './month-names.ts';

// Each pattern decides after a bounded number of steps at each place: texts come from anybody, and may be made to be slow.

/** E-mail addresses and addresses of pages, up to the next space. */
export function withoutAddresses(text: string): string {
  if (!/[@/]|www\./i.test(text)) return text;
  return text.replace(/\S+/gu, (piece) => {
    if (piece.includes('@') && piece.length > 1) return 'X';
    const start = piece.search(/(?<![\p{L}\p{N}_])(?:https?:\/\/|www\.)\S/iu);
    return start < 0 ? piece : `${piece.slice(0, start)}X`;
  });
}

const accented: Readonly<Record<string, string>> = {
  a: '[a\u00e0-\u00e5]',
  c: '[c\u00e7]',
  e: '[e\u00e8-\u00eb]',
  i: '[i\u00ec-\u00ef]',
  n: '[n\u00f1]',
  o: '[o\u00f2-\u00f6]',
  u: '[u\u00f9-\u00fc]',
};
const anyOf = (names: readonly string[]): string =>
  [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) =>
      [...name].map((letter) => (accented[letter] ? `${accented[letter]}\\p{M}?` : letter)).join(''),
    )
    .join('|');
const month = `(?:${anyOf(monthNames.flat())})(?!\\p{L})`;
const ambiguousMonth = `(?:${anyOf(ambiguousMonthNames)})(?!\\p{L})`;
const monthSet: ReadonlySet<string> = new Set([...monthNames.flat(), ...ambiguousMonthNames]);
const of = '(?:(?:de|del|di|of|van) )?';
const ordinal = '(?:st|nd|rd|th|er|\\u00ba|\\u00b0)?';
const numericDate =
  /(?<!\d)(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}-\p{L}{3}-\d{4})(?!\d)/gu;
const namedDate = new RegExp(
  `(?<!\\d)(?:${[
    `\\d{1,2}${ordinal}[. -]{0,3}${of}${month}(?:[., -]{0,3}${of}\\d{2,4})?`,
    `\\d{1,2}${ordinal}[. -]{0,3}${of}${ambiguousMonth}[., -]{1,3}${of}\\d{4}`,
    `(?<!\\p{L})${month}[. -]{1,3}\\d{1,2}${ordinal}(?:(?:,? {1,3}|[-./])\\d{2,4})?`,
    `(?<!\\p{L})${month}[., -]{1,3}${of}\\d{4}`,
  ].join('|')})(?!\\d)`,
  'giu',
);

/** Dates, their months as numbers or as names in seven languages. */
export function withoutDates(text: string): string {
  const rest = text.replace(numericDate, 'X');
  // The names are many: only where there is one, dates with them are looked for.
  const words = rest.match(/[\p{L}\p{M}]+/gu) ?? [];
  return words.some((word) => word.length <= 12 && monthSet.has(foldWord(word)))
    ? rest.replace(namedDate, 'X')
    : rest;
}

const timeOfDay = /(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?!\d)(?: ?[ap]m\b)?/giu;

/** Times of day. */
export function withoutTimes(text: string): string {
  return text.replace(timeOfDay, 'X');
}

const digitGroups = /[+(]{0,2}\p{Nd}+(?:[\s_./()\-\u2010-\u2015]{1,3}\p{Nd}+)*/gu;
const joiner = /[\p{L}\p{M}_]/u;
const alphanumeric = /[\p{L}\p{M}\p{N}_-]+/gu;

/** Numbers of people, telephones, devices: seven digits in neighbouring groups, or five in one word. */
export function withoutNumbers(text: string): string {
  let out = '';
  let written = 0;
  for (const { 0: run, index } of text.matchAll(digitGroups)) {
    if (!isLongNumber(run)) continue;
    let start = index;
    let end = index + run.length;
    // Letters that the number is joined to are of it.
    while (start > written && joiner.test(text[start - 1]!)) start--;
    while (end < text.length && joiner.test(text[end]!)) end++;
    out += `${text.slice(written, start)}X`;
    written = end;
  }
  const rest = out + text.slice(written);
  return rest.replace(alphanumeric, (word, index: number) => {
    if (digitCount(word) < 5) return word;
    const isFraction = rest[index - 1] === '.' && /\d/.test(rest[index - 2] ?? '') && /^\d/.test(word);
    return isFraction ? word : 'X';
  });
}

function isLongNumber(run: string): boolean {
  // A measured value: 0.140000.
  if (/^\+?\p{Nd}{1,2}\.\p{Nd}+$/u.test(run)) return false;
  const count = digitCount(run);
  if (count >= 7) return true;
  const groups = run.match(/\p{Nd}+/gu) ?? [];
  return (
    count >= 5 &&
    groups.length >= 3 &&
    !run.includes('.') &&
    groups.slice(1).every(({ length }) => length >= 2)
  );
}

function digitCount(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0;
}
