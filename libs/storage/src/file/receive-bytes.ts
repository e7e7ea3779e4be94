import { createHash } from 'node:crypto';
import { open, statfs } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StorageError } from '../storage-error.ts';
import { untilAborted } from './until-aborted.ts';

/** What a signed request promised about its body. */
export interface ExpectedBytes {
  readonly byteLength: number;
  /** base64 */
  readonly checksumSha256: string;
}

export interface ReceivedBytes {
  readonly byteLength: number;
  readonly sha256: Buffer;
}

export interface ReceiveOptions {
  readonly key: string;
  readonly expected?: ExpectedBytes;
  /** Refuse to write when fewer bytes than this would stay free. */
  readonly freeBytesReserve: number;
  readonly signal?: AbortSignal;
}

const roomCheckBytes = 64 * 1024 * 1024;
const sliceBytes = 1024 * 1024;

/**
 * Writes a body to a new file and syncs it, hashing on the way. When it rejects, the caller removes the file.
 * @throws StorageError `storage-full`, `length-mismatch`, `checksum-mismatch`; the body's own error; the signal's reason
 */
export async function receiveBytes(
  path: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ReceivedBytes> {
  const { key, expected, signal } = options;
  const hash = createHash('sha256');
  let byteLength = 0;
  let roomChecked = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    await checkRoom(path, expected?.byteLength ?? 0, options);
    const chunks = body instanceof Uint8Array ? slices(body) : body;
    for await (const chunk of untilAborted(chunks, signal)) {
      if (expected && byteLength + chunk.byteLength > expected.byteLength)
        throw lengthMismatch(key, expected);
      hash.update(chunk);
      await writeWhole(file, chunk);
      byteLength += chunk.byteLength;
      if (byteLength - roomChecked >= roomCheckBytes) {
        roomChecked = byteLength;
        await checkRoom(path, expected ? expected.byteLength - byteLength : 0, options);
      }
    }
    const sha256 = hash.digest();
    if (expected && byteLength !== expected.byteLength) throw lengthMismatch(key, expected);
    if (expected && sha256.toString('base64') !== expected.checksumSha256) {
      throw new StorageError('checksum-mismatch', 'The bytes that arrived have another checksum.', { key });
    }
    await file.sync();
    return { byteLength, sha256 };
  } finally {
    await file.close();
  }
}

async function checkRoom(
  path: string,
  coming: number,
  { key, freeBytesReserve }: ReceiveOptions,
): Promise<void> {
  if (freeBytesReserve <= 0) return;
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize - coming < freeBytesReserve) {
    throw new StorageError('storage-full', 'The disk has no room beyond what is kept free.', { key });
  }
}

/** write(2) may take less than it is given, above all shortly before the disk is full. */
async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

/** Hashing one large array at once would stop the event loop for as long. */
async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += sliceBytes)
    yield bytes.subarray(start, start + sliceBytes);
}

function lengthMismatch(key: string, expected: ExpectedBytes): StorageError {
  return new StorageError('length-mismatch', `The body has not the ${expected.byteLength} bytes expected.`, {
    key,
  });
}
