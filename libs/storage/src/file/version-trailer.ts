import { fstatSync, readSync } from 'node:fs';
import { StorageError } from '../storage-error.ts';

/**
 * What follows the bytes in the file of a version: the head as JSON, its length as 8 hexadecimal digits, and a mark.
 * So one file holds all of a version, and one sync makes it durable.
 */
const mark = 'edfhead\n';
const footerByteLength = 8 + mark.length;
/** Holds most heads: then one read finds all of it. */
const firstReadByteLength = 2048;

export function trailerOf(head: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(head));
  return Buffer.concat([json, Buffer.from(json.byteLength.toString(16).padStart(8, '0') + mark)]);
}

/**
 * The head at the end of an open file, as JSON text, and how many bytes precede it.
 * @throws StorageError `storage-unavailable` when the file does not end in a head
 */
export function readTrailer(descriptor: number, key: string): { text: string; byteLength: number } {
  const { size } = fstatSync(descriptor);
  const end = readEnd(descriptor, size, Math.min(size, firstReadByteLength));
  const footer = end.toString('latin1', Math.max(0, end.byteLength - footerByteLength));
  const headByteLength = footer.endsWith(mark) ? parseInt(footer.slice(0, 8), 16) : NaN;
  const byteLength = size - footerByteLength - headByteLength;
  // Of a file that lost bytes at its end, nothing is known to be whole.
  if (!(byteLength >= 0)) throw new StorageError('storage-unavailable', 'A stored file is damaged.', { key });
  const trailer = size - byteLength <= end.byteLength ? end : readEnd(descriptor, size, size - byteLength);
  const start = trailer.byteLength - (size - byteLength);
  return { text: trailer.toString('utf8', start, start + headByteLength), byteLength };
}

function readEnd(descriptor: number, size: number, byteLength: number): Buffer {
  const bytes = Buffer.allocUnsafe(byteLength);
  const bytesRead = readSync(descriptor, bytes, 0, byteLength, size - byteLength);
  return bytes.subarray(0, bytesRead);
}
