import { closeSync, openSync, read } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ByteRange } from '../byte-range.ts';
import { StorageError } from '../storage-error.ts';
import { hasErrno } from './errno.ts';
import type { Piece, StoredVersion } from './stored-version.ts';

interface Extent {
  readonly file: string;
  /** Within the file. */
  readonly start: number;
  readonly end: number;
}

const chunkBytes = 256 * 1024;
/** In the thread pool: the bytes may have to come from the disk. */
const readAsync = promisify(read);

/** Which bytes of which pieces make up a range of the object. */
export function extentsOf(pieces: readonly Piece[], range: ByteRange): Extent[] {
  const extents: Extent[] = [];
  let offset = 0;
  for (const { file, byteLength } of pieces) {
    const start = Math.max(range.start - offset, 0);
    const end = Math.min(range.end - offset, byteLength);
    if (start < end) extents.push({ file, start, end });
    offset += byteLength;
  }
  return extents;
}

/** Reads a range to the start of `bytes`; the range lies within the object. */
export async function readRange(
  version: StoredVersion,
  range: ByteRange,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  let filled = 0;
  for (const extent of extentsOf(version.pieces, range)) {
    signal?.throwIfAborted();
    const target = bytes.subarray(filled, filled + extent.end - extent.start);
    const file = openPiece(version, extent);
    try {
      await readWhole(version, file, target, extent.start);
    } finally {
      closeSync(file);
    }
    filled += target.byteLength;
  }
}

/** Reads a range chunk by chunk, one open file at a time, closed when the consumer stops. */
export async function* streamRange(version: StoredVersion, range: ByteRange): AsyncGenerator<Uint8Array> {
  for (const extent of extentsOf(version.pieces, range)) {
    const file = openPiece(version, extent);
    try {
      for (let start = extent.start; start < extent.end; start += chunkBytes) {
        // Not from the buffer pool: the consumer keeps the chunk until the socket has taken it.
        const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, extent.end - start));
        await readWhole(version, file, chunk, start);
        yield chunk;
      }
    } finally {
      closeSync(file);
    }
  }
}

function openPiece(version: StoredVersion, extent: Extent): number {
  try {
    return openSync(join(version.directory, extent.file), 'r');
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    const { key } = version.head;
    throw new StorageError('object-not-found', 'The object was deleted while it was read.', {
      key,
      cause: error,
    });
  }
}

async function readWhole(
  version: StoredVersion,
  file: number,
  target: Uint8Array,
  start: number,
): Promise<void> {
  for (let filled = 0; filled < target.byteLength;) {
    const left = target.byteLength - filled;
    const { bytesRead } = await readAsync(file, target, filled, left, start + filled);
    if (bytesRead === 0) {
      const { key } = version.head;
      throw new StorageError('storage-unavailable', 'A stored file is shorter than it was written.', { key });
    }
    filled += bytesRead;
  }
}
