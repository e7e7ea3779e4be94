import type { PartRange } from '@edf-pipeline/contracts/part-size';
import { UploadError } from './errors.ts';

/** The file to upload. In a page `slice` is `async (a, b) => new Uint8Array(await file.slice(a, b).arrayBuffer())`. */
export interface UploadSource {
  readonly name: string;
  readonly byteLength: number;
  /** Bytes from `start` to `end`, exclusive; fewer only when the file has become shorter. */
  slice(start: number, end: number): Promise<Uint8Array>;
  /** Size of the file now, where it can be asked: a recorder may still be appending to it. */
  currentByteLength?(): Promise<number>;
}

/** SHA-256, 32 bytes. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/**
 * Reads one part.
 *
 * @throws UploadError `file-changed` when the file has become shorter, or a browser says that it was modified
 *   since it was chosen; `file-unreadable` for what the source throws otherwise
 */
export async function readPart(source: UploadSource, range: PartRange): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await source.slice(range.start, range.end);
  } catch (cause) {
    // What a File throws when the file behind it is no longer the one that was chosen.
    if (cause instanceof DOMException && ['NotReadableError', 'NotFoundError'].includes(cause.name)) {
      throw new UploadError('file-changed', 'the file was changed or moved since it was chosen', { cause });
    }
    throw new UploadError('file-unreadable', `the file cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (bytes.byteLength !== range.end - range.start) {
    throw new UploadError('file-changed', 'the file became shorter while it was being uploaded');
  }
  return bytes;
}

/** @throws UploadError `file-changed` when the source knows that its size is another now */
export async function checkByteLength(source: UploadSource): Promise<void> {
  const now = await source.currentByteLength?.();
  if (now !== undefined && now !== source.byteLength) {
    throw new UploadError(
      'file-changed',
      `the file had ${source.byteLength} bytes and has ${now} now; is it still being recorded?`,
    );
  }
}

export function isSameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
