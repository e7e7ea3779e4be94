import type { EdfVariant } from '../header.ts';

/** A recording made of others: planned, not yet made. Its size is known, its bytes come as they are read. */
export interface EdfOutput {
  /** What is written: +C where +D was asked for and there is no gap. */
  readonly variant: EdfVariant;
  /** The header record; do not change it. */
  readonly header: Uint8Array;
  readonly byteLength: number;
  readonly dataRecordCount: number;
  /**
   * The whole file, header first, in pieces of about a megabyte that belong to the caller. Can be called again.
   *
   * @throws EdfError `source-read-short`, `write-value-invalid` for a sample that the new variant cannot hold; an
   * abort rejects with the signal's reason
   */
  bytes(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Collects an output, or anything that comes in pieces, in memory; for small recordings. */
export async function collectBytes(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    all.push(piece);
    length += piece.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of all) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
