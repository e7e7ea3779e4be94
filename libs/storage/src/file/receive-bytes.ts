import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statfsSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StorageError } from '../storage-error.ts';
import { hasErrno } from './errno.ts';
import { untilAborted } from '../until-aborted.ts';

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
/** Chunks of a stream, 64 KiB or less from a socket, are written that many bytes at a time. */
const stagingBytes = 256 * 1024;
/** Below this, waiting for the thread pool costs more than the copy into the page cache. */
const shortWriteBytes = 64 * 1024;
/** Staging memory is kept for the next body: fresh memory costs more than what is copied into it. */
const idleStaging: Buffer[] = [];
const mostIdleStaging = 4;
const writeAsync = promisify(write);

/**
 * Writes a body to a new file, hashing on the way; the caller syncs it. When it rejects, the caller removes the file.
 * @throws StorageError `storage-full`, `length-mismatch`, `checksum-mismatch`; the body's own error; the signal's reason
 */
export async function receiveBytes(
  path: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ReceivedBytes> {
  const { key, expected, signal } = options;
  const hash = createHash('sha256');
  const staging = idleStaging.pop() ?? Buffer.allocUnsafeSlow(stagingBytes);
  let staged = 0;
  let byteLength = 0;
  let roomChecked = 0;
  const file = openNew(path);
  try {
    checkRoom(path, expected?.byteLength ?? 0, options);
    const chunks = body instanceof Uint8Array ? slices(body) : body;
    for await (const chunk of untilAborted(chunks, signal)) {
      if (expected && byteLength + chunk.byteLength > expected.byteLength)
        throw lengthMismatch(key, expected);
      hash.update(chunk);
      if (staged + chunk.byteLength > staging.byteLength) {
        await writeWhole(file, staging.subarray(0, staged));
        staged = 0;
      }
      if (chunk.byteLength > staging.byteLength) {
        await writeWhole(file, chunk);
      } else {
        staging.set(chunk, staged);
        staged += chunk.byteLength;
      }
      byteLength += chunk.byteLength;
      if (byteLength - roomChecked >= roomCheckBytes) {
        roomChecked = byteLength;
        checkRoom(path, expected ? expected.byteLength - byteLength : 0, options);
      }
    }
    const sha256 = hash.digest();
    if (expected && byteLength !== expected.byteLength) throw lengthMismatch(key, expected);
    if (expected && sha256.toString('base64') !== expected.checksumSha256) {
      throw new StorageError(
        'checksum-mismatch',
        'The bytes that arrived have another checksum than was announced; send them again.',
        { key },
      );
    }
    await writeWhole(file, staging.subarray(0, staged));
    return { byteLength, sha256 };
  } finally {
    closeSync(file);
    if (idleStaging.length < mostIdleStaging) idleStaging.push(staging);
  }
}

/** Opens a file that is not there yet, in a directory that may not be there yet either. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx', 0o600);
  }
}

function checkRoom(path: string, coming: number, { key, freeBytesReserve }: ReceiveOptions): void {
  if (freeBytesReserve <= 0) return;
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize - coming < freeBytesReserve) {
    throw new StorageError(
      'storage-full',
      'The disk of the service is full but for what is kept free; tell its operator, then try again.',
      { key },
    );
  }
}

/** write(2) may take less than it is given, above all shortly before the disk is full. */
async function writeWhole(file: number, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength;) {
    const left = bytes.byteLength - offset;
    offset +=
      left <= shortWriteBytes
        ? writeSync(file, bytes, offset, left)
        : (await writeAsync(file, bytes, offset, left)).bytesWritten;
  }
}

/** Hashing one large array at once would stop the event loop for as long. */
async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += sliceBytes)
    yield bytes.subarray(start, start + sliceBytes);
}

function lengthMismatch(key: string, expected: ExpectedBytes): StorageError {
  return new StorageError(
    'length-mismatch',
    `The body has not the ${expected.byteLength} bytes that were announced.`,
    {
      key,
    },
  );
}
