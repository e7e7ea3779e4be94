import type { EdfHeader } from '../header.ts';
import { runTogetherOnsets } from '../tal-block.ts';
import type { Annotation } from '../tal.ts';
import { parseRecordAnnotations } from '../tal.ts';
import type { ByteChange } from './byte-change.ts';

/**
 * Separates TALs that run together by the zero byte that is missing between them; the block stays as long as it is,
 * its padding gives way. A block without enough padding, or whose annotations would become others, stays as it is.
 *
 * @param recordBytes one data record; only read
 * @returns changes with offsets in the data record
 */
export function separateTals(header: EdfHeader, recordBytes: Uint8Array, record: number): ByteChange[] {
  const changes: ByteChange[] = [];
  let keepsTime = true;
  for (const signal of header.signals) {
    if (!signal.isAnnotations) continue;
    const start = signal.byteOffsetInDataRecord;
    const block = recordBytes.subarray(start, start + signal.samplesPerDataRecord * header.bytesPerSample);
    const onsets = runTogetherOnsets(block, signal, keepsTime);
    keepsTime = false;
    if (onsets.length === 0) continue;
    const used = block.findLastIndex((byte) => byte !== 0) + 1;
    // The last TAL needs its own zero byte too.
    if (used + onsets.length + 1 > block.length) continue;
    const separated = new Uint8Array(block.length);
    let from = 0;
    let to = 0;
    for (const onset of onsets) {
      separated.set(block.subarray(from, onset), to);
      to += onset - from + 1;
      from = onset;
    }
    separated.set(block.subarray(from, used), to);
    const after = recordBytes.slice();
    after.set(separated, start);
    if (!hasSameAnnotations(header, recordBytes, after, record)) continue;
    changes.push(trimmed(start, block, separated));
  }
  return changes;
}

function hasSameAnnotations(
  header: EdfHeader,
  before: Uint8Array,
  after: Uint8Array,
  record: number,
): boolean {
  const a = parseRecordAnnotations(header, before, record);
  const b = parseRecordAnnotations(header, after, record);
  const isSame = (one: Annotation, other: Annotation | undefined): boolean =>
    one.onsetNs === other?.onsetNs && one.durationNs === other.durationNs && one.text === other.text;
  return (
    a.onsetNs === b.onsetNs &&
    a.annotations.length === b.annotations.length &&
    a.annotations.every((one, at) => isSame(one, b.annotations[at]))
  );
}

/** Only the bytes that differ. */
function trimmed(offset: number, before: Uint8Array, after: Uint8Array): ByteChange {
  let start = 0;
  let end = before.length;
  while (before[start] === after[start]) start++;
  while (before[end - 1] === after[end - 1]) end--;
  return { offset: offset + start, before: before.slice(start, end), after: after.slice(start, end) };
}
