import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { contentIdOf } from '@edf-pipeline/contracts/content-id';
import { partByteLengthFor } from '@edf-pipeline/contracts/part-size';
import { NetworkError } from '@edf-pipeline/uploader';
import type { ApiClient } from '@edf-pipeline/uploader';

const MAX_FAILURES = 6;
const STALL_MS = 60_000;

/** Sees all bytes in order and says at the end whether they are the right ones. */
export interface Verifier {
  add(bytes: Uint8Array): void;
  isRight(): Promise<boolean>;
}

/** @param expected hexadecimal */
export function sha256Verifier(expected: string): Verifier {
  const hash = createHash('sha256');
  return { add: (bytes) => void hash.update(bytes), isRight: async () => hash.digest('hex') === expected };
}

/** Against the content id of a recording: SHA-256 of the digests of its parts. */
export function contentIdVerifier(expected: string, byteLength: number): Verifier {
  const partByteLength = partByteLengthFor(byteLength);
  const digests: Uint8Array[] = [];
  let hash = createHash('sha256');
  let filled = 0;
  return {
    add(bytes) {
      for (let start = 0; start < bytes.length;) {
        const end = Math.min(bytes.length, start + partByteLength - filled);
        hash.update(bytes.subarray(start, end));
        filled += end - start;
        start = end;
        if (filled === partByteLength) {
          digests.push(hash.digest());
          hash = createHash('sha256');
          filled = 0;
        }
      }
    },
    async isRight() {
      if (filled > 0) digests.push(hash.digest());
      return (await contentIdOf(digests)) === expected;
    },
  };
}

export interface DownloadOptions {
  readonly path: string;
  readonly byteLength: number;
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  verifier(): Verifier;
  /** Where the bytes are; `isFresh` after the last URL was refused. */
  url(isFresh: boolean): Promise<string>;
  onBytes(byteLength: number): void;
}

/**
 * Fetches a file to a temporary name beside `path`, verifies it, and renames it. A cut goes on where it
 * happened. Nothing is left behind when it fails.
 *
 * @throws NetworkError; Error when the bytes are not the right ones
 */
export async function downloadTo(options: DownloadOptions): Promise<void> {
  const temporary = `${options.path}.${randomBytes(4).toString('hex')}.part`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await fetchAll(file, options);
    await file.sync();
    await file.close();
    await rename(temporary, options.path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function fetchAll(file: FileHandle, options: DownloadOptions): Promise<void> {
  const { byteLength, client, signal } = options;
  const { timing } = client;
  const verifier = options.verifier();
  let offset = 0;
  let failures = 0;
  let isFresh = false;
  while (offset < byteLength) {
    signal.throwIfAborted();
    const begunAt = offset;
    try {
      const url = await options.url(isFresh);
      for await (const bytes of rangeOf(client, url, offset, signal)) {
        if (offset + bytes.length > byteLength)
          throw new Error('the server sent more bytes than the file has');
        await file.write(bytes, 0, bytes.length, offset);
        verifier.add(bytes);
        offset += bytes.length;
        options.onBytes(offset);
      }
      if (offset < byteLength) throw new NetworkError('the connection ended before the file did');
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NetworkError)) throw error;
      failures = offset > begunAt ? 1 : failures + 1;
      if (failures > MAX_FAILURES) throw error;
      isFresh = true;
      await timing.sleep(timing.random() * Math.min(20_000, 500 * 2 ** failures), signal);
    }
  }
  if (!(await verifier.isRight())) {
    throw new Error('the bytes that came are not those of the result (checksum differs); nothing was kept');
  }
}

/** @throws NetworkError for everything that another try may heal */
async function* rangeOf(
  client: ApiClient,
  url: string,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const watchdog = () =>
    setTimeout(() => controller.abort(new Error(`no byte has come for ${STALL_MS / 1_000} s`)), STALL_MS);
  let timer = watchdog();
  try {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await client.fetch(url, { headers, signal: controller.signal });
    const isAnswer = response.status === (offset > 0 ? 206 : 200) && response.body !== null;
    if (!isAnswer)
      throw new NetworkError(`the object store answered ${response.status}`, { status: response.status });
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = watchdog();
      yield bytes;
    }
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    throw new NetworkError(`the download was cut (${(error as Error).message})`, { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
