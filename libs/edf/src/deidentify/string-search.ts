import { foldWord, wordPattern } from './fold-word.ts';

/** Between the words of a string; more is another sentence. */
const longestGap = 4;

interface Word {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
}

/** Looks for strings as whole words: in any case, with or without accents, whatever stands between their words. */
export interface StringSearch {
  isIn(text: string): boolean;
  /** With one `X` for each place where a string is. */
  without(text: string): string;
}

/**
 * Searches in a time that grows with the text alone, also in a text made to be slow: words are looked up, and nothing
 * is tried twice.
 */
export function stringSearch(strings: readonly string[]): StringSearch {
  const sequences = new Map<string, string[][]>();
  const symbols: string[] = [];
  for (const text of strings) {
    const [first, ...rest] = (text.match(wordPattern) ?? []).map(foldWord);
    // What replaces must not be looked for.
    if (first === 'x' && rest.length === 0) continue;
    if (first === undefined) symbols.push(text);
    else sequences.set(first, [...(sequences.get(first) ?? []), rest]);
  }
  for (const rests of sequences.values()) rests.sort((a, b) => b.length - a.length);
  const symbol =
    symbols.length === 0
      ? null
      : new RegExp(symbols.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'u');

  function* places(text: string): Generator<{ start: number; end: number }> {
    if (sequences.size === 0) return;
    const words: Word[] = [];
    for (const { 0: word, index } of text.matchAll(wordPattern))
      words.push({ folded: foldWord(word), start: index, end: index + word.length });
    for (let at = 0; at < words.length; at++) {
      const found = sequences.get(words[at]!.folded)?.find((rest) => isNext(words, at, rest));
      if (found === undefined) continue;
      const { start } = words[at]!;
      at += found.length;
      yield { start, end: words[at]!.end };
    }
  }

  return {
    isIn: (text) => symbol?.test(text) === true || places(text).next().done !== true,
    without(text) {
      let out = '';
      let written = 0;
      for (const { start, end } of places(text)) {
        out += `${text.slice(written, start)}X`;
        written = end;
      }
      const rest = written === 0 ? text : out + text.slice(written);
      return symbol === null ? rest : rest.replace(new RegExp(symbol, 'gu'), 'X');
    },
  };
}

function isNext(words: readonly Word[], at: number, rest: readonly string[]): boolean {
  return rest.every((folded, i) => {
    const [before, word] = [words[at + i]!, words[at + i + 1]];
    return word?.folded === folded && word.start - before.end <= longestGap;
  });
}
