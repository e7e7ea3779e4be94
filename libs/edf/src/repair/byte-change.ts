import type { ByteSource } from '../byte-source.ts';
import { EdfError } from '../errors.ts';
import { sliceExactly } from '../open.ts';

/** Replaces the bytes `before`, which begin at `offset` of the source, by `after`, which may be more or fewer. */
export interface ByteChange {
  readonly offset: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const blockByteLength = 1_048_576;

/** The changes that turn the result of `changes` back into the source. */
export function inverseChanges(changes: readonly ByteChange[]): ByteChange[] {
  let moved = 0;
  return changes.map(({ offset, before, after }) => {
    const inverse = { offset: offset + moved, before: after, after: before };
    moved += after.length - before.length;
    return inverse;
  });
}

/**
 * The source with `changes` made, in chunks of about 1 MiB. The source itself is not touched.
 *
 * @param changes in the order of their offsets, not overlapping
 * @param onSourceBytes is shown the source's own bytes, all of them and in order
 * @throws EdfError `range-invalid` when the source holds other bytes than `before`; `source-read-short`
 */
export async function* applyChanges(
  source: ByteSource,
  changes: readonly ByteChange[],
  signal?: AbortSignal,
  onSourceBytes?: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let next = 0;
  for (let start = 0; start < source.byteLength || next < changes.length;) {
    signal?.throwIfAborted();
    let end = Math.min(start + blockByteLength, source.byteLength);
    const first = next;
    // A block ends where no change does not.
    while (next < changes.length && (changes[next]!.offset < end || end === source.byteLength)) {
      const { offset, before } = changes[next++]!;
      end = Math.max(end, Math.min(offset + before.length, source.byteLength));
    }
    const bytes = await sliceExactly(source, start, end, signal);
    onSourceBytes?.(bytes);
    const here = changes.slice(first, next);
    yield here.length === 0 ? bytes : changed(bytes, start, here);
    start = end;
    if (start >= source.byteLength && next >= changes.length) return;
  }
}

function changed(bytes: Uint8Array, start: number, changes: readonly ByteChange[]): Uint8Array {
  const grown = changes.reduce((sum, { before, after }) => sum + after.length - before.length, 0);
  const result = new Uint8Array(bytes.length + grown);
  let from = 0;
  let to = 0;
  for (const { offset, before, after } of changes) {
    const at = offset - start;
    if (at < from || !isSameBytes(bytes.subarray(at, at + before.length), before)) {
      const message = `The bytes at ${offset} are not those that the change is for: it was made for another file.`;
      throw new EdfError('range-invalid', message, { offset });
    }
    result.set(bytes.subarray(from, at), to);
    to += at - from;
    result.set(after, to);
    to += after.length;
    from = at + before.length;
  }
  result.set(bytes.subarray(from), to);
  return result;
}

/** Whether both arrays hold the same bytes. */
export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
