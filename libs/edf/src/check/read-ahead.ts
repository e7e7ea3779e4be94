import type { ByteSource } from '../byte-source.ts';
import { sliceExactly } from '../open.ts';

// Signals of a few samples lie beside each other: a read for each would cost more than the samples.
const windowByteLength = 1_048_576;

/** Reads a stretch of a source from front to back, a megabyte at once, for readers of less. */
export class ReadAhead {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #signal: AbortSignal | undefined;
  #window: Uint8Array = new Uint8Array(0);
  #start = 0;

  /** @param end where the stretch ends: nothing behind it is read */
  constructor(source: ByteSource, end: number, signal?: AbortSignal) {
    this.#source = source;
    this.#end = end;
    this.#signal = signal;
  }

  /**
   * Fills `target`, of a megabyte at most, with the bytes from `start`.
   *
   * @throws EdfError `source-read-short`
   */
  async fill(target: Uint8Array, start: number): Promise<void> {
    const end = start + target.length;
    if (start < this.#start || end > this.#start + this.#window.length) {
      const stop = Math.min(Math.max(end, start + windowByteLength), this.#end);
      this.#window = await sliceExactly(this.#source, start, stop, this.#signal);
      this.#start = start;
    }
    target.set(this.#window.subarray(start - this.#start, end - this.#start));
  }
}
