import { headerText } from './header-text.ts';

// Windows-1252, which is as good as ASCII here: only the characters of plain fields are taken from it.
const decoder = new TextDecoder('latin1');
const space = 0x20;
const fourSpaces = 0x20202020;

/**
 * Reads fields of a header record. Nearly all of them are printable ASCII: of these the characters are decoded
 * together, and nothing is reported. Texts are pieces of one string; as long as one of them lives, so does the whole,
 * which is no longer than the header.
 */
export class HeaderReader {
  readonly bytes: Uint8Array;
  readonly #from: number;
  readonly #to: number;
  readonly #view: DataView;
  #characters: string | null = null;

  /**
   * @param bytes the header record, or more; only read
   * @param from the fields lie in [from, to)
   */
  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether all bytes from `start` to `end`, a multiple of four, are printable ASCII. */
  isPlain(start: number, end: number): boolean {
    // Four bytes at a time. The lowest byte below 0x20 becomes negative in the difference, the lowest of 0x7F and
    // more in the sum or stays so; where all are between, neither borrows or carries.
    let signs = 0;
    for (let at = start; at < end; at += 4) {
      const word = this.#view.getInt32(at, true);
      signs |= word | (word - 0x20202020) | (word + 0x01010101);
    }
    return (signs & 0x80808080) === 0;
  }

  /** Whether a plain field is left-justified, or blank. */
  isJustified(start: number, end: number): boolean {
    return this.bytes[start] !== space || this.#trimmedEnd(start, end) === start;
  }

  /** Whether the `length` bytes from `start`, a multiple of eight, are those before them. */
  isRepeated(start: number, length: number): boolean {
    const view = this.#view;
    const end = start + length;
    let before = start - length;
    for (let at = start; at < end; at += 8, before += 8) {
      const first = view.getInt32(at) ^ view.getInt32(before);
      if ((first | (view.getInt32(at + 4) ^ view.getInt32(before + 4))) !== 0) return false;
    }
    return true;
  }

  /** A plain field without the spaces around it. */
  plainText(start: number, end: number): string {
    const { bytes } = this;
    const stop = this.#trimmedEnd(start, end);
    let first = start;
    while (first < stop && bytes[first] === space) first++;
    if (first === stop) return '';
    this.#characters ??= decoder.decode(bytes.subarray(this.#from, this.#to));
    return this.#characters.substring(first - this.#from, stop - this.#from);
  }

  /** Any field without its padding. */
  text(start: number, end: number): string {
    return headerText(this.bytes.subarray(start, end));
  }

  #trimmedEnd(start: number, end: number): number {
    let stop = end;
    while (stop - 4 >= start && this.#view.getInt32(stop - 4, true) === fourSpaces) stop -= 4;
    while (stop > start && this.bytes[stop - 1] === space) stop--;
    return stop;
  }
}
