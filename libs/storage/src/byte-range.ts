import { StorageError } from './storage-error.ts';

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Clamps what a reader asked for to what the object has.
 * @throws StorageError `range-invalid` when it is no range at all
 */
export function clampRange(start: number, end: number, byteLength: number): ByteRange {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new StorageError('range-invalid', 'A range is two whole numbers, 0 <= start <= end.');
  }
  return { start: Math.min(start, byteLength), end: Math.min(end, byteLength) };
}

/**
 * Reads an HTTP Range header of the form `bytes=a-b` or `bytes=a-`.
 * @returns null for "answer with the whole object": no header, several ranges, a suffix range or another unit (RFC 9110
 *   14.2 allows a server to ignore them)
 * @throws StorageError `range-invalid` when the range starts after the object's end
 */
export function parseRangeHeader(header: string | undefined, byteLength: number): ByteRange | null {
  const match = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(header ?? '');
  if (!match) return null;
  const start = Number(match[1]);
  const last = match[2] === undefined ? byteLength - 1 : Number(match[2]);
  if (match[2] !== undefined && last < start) return null;
  if (start >= byteLength)
    throw new StorageError('range-invalid', 'The range starts after the end of the object.');
  return { start, end: Math.min(last + 1, byteLength) };
}
