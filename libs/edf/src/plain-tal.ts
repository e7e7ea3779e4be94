import type { SignalHeader } from './header.ts';
import type { Annotation } from './tal.ts';

const plus = 0x2b;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const onsetEnd = 0x14;
const durationStart = 0x15;
// Nanoseconds of so many seconds are still exact in a floating-point number.
const mostWholeDigits = 6;
const powersOfTen = Array.from({ length: 10 }, (_, power) => 10 ** power);
// Windows-1252, which is as good as Latin-1 here: only ASCII is taken from it.
const decoder = new TextDecoder('latin1');

const knownCount = 256;
/** Texts of each annotations signal, by their hash; a recording that is closed takes them with it. */
const knownTexts = new WeakMap<SignalHeader, string[]>();

/**
 * Reads TALs in the form in which nearly all of them are written: `+12.5<15>30<14>text<14><00>`, the duration or not,
 * one text of printable ASCII. What is not of that form is left to the careful reading, which says what is wrong.
 */
export class PlainTals {
  readonly #bytes: Uint8Array;
  readonly #record: number;
  readonly #signal: number;
  readonly #known: string[];
  #characters: string | null = null;
  /** Where the number that was read last ends. */
  #at = 0;

  /** @param bytes one annotations signal in one data record */
  constructor(bytes: Uint8Array, record: number, signal: SignalHeader) {
    this.#bytes = bytes;
    this.#record = record;
    this.#signal = signal.index;
    let known = knownTexts.get(signal);
    if (known === undefined) knownTexts.set(signal, (known = []));
    this.#known = known;
  }

  /**
   * Reads as many as follow each other.
   *
   * @param start of a TAL
   * @returns where the first byte is that was not read
   */
  read(start: number, annotations: Annotation[]): number {
    const bytes = this.#bytes;
    let at = start;
    for (;;) {
      const sign = bytes[at];
      if (sign !== plus && sign !== minus) return at;
      const onset = this.#nanoseconds(at + 1);
      if (onset < 0) return at;
      const onsetStop = this.#at;
      let durationNs: bigint | null = null;
      if (bytes[onsetStop] === durationStart) {
        const duration = this.#nanoseconds(onsetStop + 1);
        if (duration < 0) return at;
        durationNs = BigInt(duration);
      }
      const textStart = this.#at + 1;
      if (bytes[textStart - 1] !== onsetEnd) return at;
      let textStop = textStart;
      let hash = 0;
      for (let byte = bytes[textStop]!; byte >= 0x20 && byte < 0x7f; byte = bytes[++textStop]!)
        hash = (hash * 31 + byte) | 0;
      // A zero that is the last byte of its block gives a finding.
      const isWhole =
        bytes[textStop] === onsetEnd && bytes[textStop + 1] === 0 && textStop + 2 < bytes.length;
      if (!isWhole || textStop === textStart) return at;
      const characters = (this.#characters ??= decoder.decode(bytes));
      annotations.push({
        onsetNs: BigInt(sign === minus ? -onset : onset),
        durationNs,
        text: this.#text(characters, textStart, textStop, hash & (knownCount - 1)),
        onsetText: characters.substring(at, onsetStop),
        durationText: durationNs === null ? null : characters.substring(onsetStop + 1, textStart - 1),
        record: this.#record,
        signal: this.#signal,
      });
      at = textStop + 2;
    }
  }

  /** One string for all annotations that say the same: most recordings say the same few things all night. */
  #text(characters: string, start: number, stop: number, place: number): string {
    const known = this.#known[place];
    if (known?.length === stop - start && characters.startsWith(known, start)) return known;
    return (this.#known[place] = characters.substring(start, stop));
  }

  /** Digits with a fraction or without; -1 for any other form. */
  #nanoseconds(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    let whole = 0;
    for (let byte = bytes[at]!; byte >= zero && byte <= nine; byte = bytes[++at]!)
      whole = whole * 10 + byte - zero;
    if (at === start || at - start > mostWholeDigits) return -1;
    let fraction = 0;
    let decimals = 0;
    if (bytes[at] === dot) {
      const first = ++at;
      for (let byte = bytes[at]!; byte >= zero && byte <= nine; byte = bytes[++at]!)
        fraction = fraction * 10 + byte - zero;
      decimals = at - first;
      if (decimals > 9) return -1;
    }
    this.#at = at;
    return whole * 1e9 + fraction * powersOfTen[9 - decimals]!;
  }
}
