import { EdfError } from '../errors.ts';
import type { EdfHeader } from '../header.ts';

/** Copies the samples of one data record into another; digital values stay what they are. */
export type RecordCopy = (from: Uint8Array, fromOffset: number, to: Uint8Array, toOffset: number) => void;

/**
 * Plans the copy of some signals of a data record, one after the other, in this order.
 *
 * @param signals indexes in the source
 * @returns a function that throws EdfError `write-value-invalid` for a 24-bit sample that 16 bits do not hold
 */
export function planRecordCopy(
  header: EdfHeader,
  signals: readonly number[],
  bytesPerSample: 2 | 3,
): RecordCopy {
  const pieces: { from: number; to: number; samples: number; signal: number }[] = [];
  let to = 0;
  for (const index of signals) {
    const { byteOffsetInDataRecord: from, samplesPerDataRecord: samples } = header.signals[index]!;
    const last = pieces.at(-1);
    const isNext = last !== undefined && last.from + last.samples * header.bytesPerSample === from;
    // Neighbours move together, which is most signals of most recordings. Narrowing names the signal, so it does not.
    if (isNext && header.bytesPerSample === bytesPerSample) last.samples += samples;
    else pieces.push({ from, to, samples, signal: index });
    to += samples * bytesPerSample;
  }
  if (header.bytesPerSample === bytesPerSample) {
    return (source, fromOffset, target, toOffset) => {
      for (const piece of pieces) {
        const start = fromOffset + piece.from;
        target.set(source.subarray(start, start + piece.samples * bytesPerSample), toOffset + piece.to);
      }
    };
  }
  const convert = bytesPerSample === 3 ? widen : narrow;
  return (source, fromOffset, target, toOffset) => {
    for (const { from, to: at, samples, signal } of pieces)
      convert(source, fromOffset + from, target, toOffset + at, samples, signal);
  };
}

function widen(source: Uint8Array, from: number, target: Uint8Array, to: number, samples: number): void {
  for (let i = 0, at = from, out = to; i < samples; i++, at += 2) {
    target[out++] = source[at]!;
    target[out++] = source[at + 1]!;
    target[out++] = source[at + 1]! > 0x7f ? 0xff : 0;
  }
}

function narrow(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  samples: number,
  signal: number,
): void {
  for (let i = 0, at = from, out = to; i < samples; i++, at += 3) {
    const high = source[at + 2]!;
    if (high !== (source[at + 1]! > 0x7f ? 0xff : 0)) {
      const message = `Signal ${signal} holds a sample that 16 bits do not hold; it can be written as BDF only.`;
      throw new EdfError('write-value-invalid', message, { signal });
    }
    target[out++] = source[at]!;
    target[out++] = source[at + 1]!;
  }
}
