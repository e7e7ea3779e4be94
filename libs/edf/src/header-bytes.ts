import type { ByteSource } from './byte-source.ts';
import { isEdfError } from './errors.ts';
import { headerByteLengthFrom } from './header.ts';
import { sliceExactly } from './open.ts';

// Holds the header of 31 signals: for most recordings one request instead of two.
const firstReadByteLength = 8192;

/**
 * The header record, or as much of it as there is; of a file that is no EDF its first bytes, for a look at them.
 *
 * @throws EdfError `source-read-short`; an abort rejects with the signal's reason
 */
export async function readHeaderBytes(source: ByteSource, signal?: AbortSignal): Promise<Uint8Array> {
  const first = await sliceExactly(source, 0, Math.min(firstReadByteLength, source.byteLength), signal);
  const wanted = Math.min(wantedByteLength(first), source.byteLength);
  if (wanted <= first.length) return first;
  const whole = new Uint8Array(wanted);
  whole.set(first);
  whole.set(await sliceExactly(source, first.length, wanted, signal), first.length);
  return whole;
}

function wantedByteLength(first: Uint8Array): number {
  try {
    return headerByteLengthFrom(first);
  } catch (error) {
    if (!isEdfError(error)) throw error;
    return first.length;
  }
}
