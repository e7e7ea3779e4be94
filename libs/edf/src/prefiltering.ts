/** What a prefiltering field says. */
export interface Prefiltering {
  /** Whether it is written like `HP:0.1Hz LP:75Hz N:50Hz` [EDF+ 2.1.3.4]. */
  readonly isWellFormed: boolean;
  /** Hertz; NaN where it does not say. */
  readonly highPassHz: number;
  readonly lowPassHz: number;
}

// Only one way leads through any text: with two of them per filter, 80 bytes would take minutes. The space behind a
// number is therefore taken with what makes it one: a unit, or the separator that follows.
const wellFormed = /^(?:(?:HP|LP|N):\s?(?:DC|\d+(?:[.,]\d+)?(?:\s?(?:[mk]?Hz|[mk])|\s(?=[;,]))?)[;,]?\s*)+$/i;
const highPass = /\bHP:\s?(\d+(?:[.,]\d+)?)\s?([mk]?)(Hz)?/i;
const lowPass = /\bLP:\s?(\d+(?:[.,]\d+)?)\s?([mk]?)(Hz)?/i;

/** Reads a prefiltering field, trimmed. */
export function readPrefiltering(text: string): Prefiltering {
  return {
    isWellFormed: wellFormed.test(text),
    highPassHz: filterHz(text, highPass),
    lowPassHz: filterHz(text, lowPass),
  };
}

function filterHz(text: string, filter: RegExp): number {
  const match = filter.exec(text);
  if (match === null) return NaN;
  const factor = { m: 1e-3, k: 1e3 }[match[2]!.toLowerCase()] ?? 1;
  return Number(match[1]!.replace(',', '.')) * factor;
}
