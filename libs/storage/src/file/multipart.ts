import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkParts } from '../check-parts.ts';
import { compositeChecksum } from '../composite-checksum.ts';
import { checkKey } from '../object-key.ts';
import type { ObjectHead, UploadedPart } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { appendDurably, discard, publishDirectory, syncDirectory, syncUpTo } from './durable.ts';
import { hasErrno } from './errno.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { temporaryPath } from './layout.ts';
import { currentParts, partFileName, readPartFiles, readUpload, uploadFile } from './multipart-directory.ts';
import type { StoredUpload } from './multipart-directory.ts';
import { publishDirectoryVersion, refuseExisting } from './publish-version.ts';
import { receiveBytes } from './receive-bytes.ts';
import type { WritingDeps } from './write-object.ts';

/**
 * A multipart upload is a directory of part files. Completion verifies them and renames the whole directory to the
 * key's next version: no byte is copied, and the upload is gone in the moment in which the object appears.
 */
export interface MultipartDeps extends WritingDeps {
  readonly minimumPartBytes: number;
  /** By multipart id: no part may be replaced between its verification and the renaming. */
  readonly lock: KeyedLock;
}

export async function createMultipart(
  { layout, clock }: MultipartDeps,
  key: string,
  contentType: string,
): Promise<{ multipartId: string }> {
  checkKey(key);
  const multipartId = randomUUID();
  const directory = temporaryPath(layout);
  mkdirSync(directory, { recursive: true });
  try {
    const upload: StoredUpload = { layout: 1, key, contentType, createdAt: clock().toISOString() };
    await appendDurably(join(directory, uploadFile), Buffer.from(JSON.stringify(upload)));
    await syncDirectory(directory);
    mkdirSync(layout.multipart, { recursive: true });
    await publishDirectory(directory, join(layout.multipart, multipartId));
    await syncUpTo(layout.root, layout.multipart);
    return { multipartId };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function listParts(
  { layout }: MultipartDeps,
  key: string,
  multipartId: string,
): Promise<UploadedPart[] | null> {
  checkKey(key);
  const upload = await readUpload(layout, key, multipartId);
  if (!upload) return null;
  try {
    const parts = currentParts(await readPartFiles(upload.directory));
    return parts.map(({ partNumber, byteLength, checksumSha256 }) => ({
      partNumber,
      byteLength,
      checksumSha256,
    }));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** The store's side of a signed part. @throws StorageError `multipart-not-found` and what receiving bytes throws */
export async function putPart(
  { layout, freeBytesReserve, lock }: MultipartDeps,
  key: string,
  multipartId: string,
  part: UploadedPart,
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  if (!(await readUpload(layout, key, multipartId))) throw multipartNotFound(key);
  const path = temporaryPath(layout);
  try {
    await receiveBytes(path, body, { key, expected: part, freeBytesReserve, signal });
    await appendDurably(path, new Uint8Array(0));
    await lock.run(multipartId, () =>
      whileUploadExists(key, async () => {
        const upload = await readUpload(layout, key, multipartId);
        if (!upload) throw multipartNotFound(key);
        const files = await readPartFiles(upload.directory);
        const superseded = files.filter((file) => file.partNumber === part.partNumber);
        const generation = (superseded.at(-1)?.generation ?? 0) + 1;
        renameSync(path, join(upload.directory, partFileName(part, generation)));
        await syncDirectory(upload.directory);
        removeFiles(upload.directory, superseded);
      }),
    );
  } finally {
    rmSync(path, { force: true });
  }
}

export async function completeMultipart(
  { layout, clock, minimumPartBytes, lock }: MultipartDeps,
  key: string,
  multipartId: string,
  parts: readonly UploadedPart[],
  { ifAbsent }: { readonly ifAbsent: boolean },
): Promise<ObjectHead> {
  checkKey(key);
  return lock.run(multipartId, () =>
    whileUploadExists(key, async () => {
      const upload = await readUpload(layout, key, multipartId);
      if (!upload) throw multipartNotFound(key);
      const files = await readPartFiles(upload.directory);
      const arrived = currentParts(files);
      checkParts(key, parts, arrived, minimumPartBytes);
      if (ifAbsent) refuseExisting(layout, key);
      const wanted = new Set(parts.map((part) => part.partNumber));
      const pieces = arrived.filter((part) => wanted.has(part.partNumber));
      const version = {
        key,
        byteLength: pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
        checksumSha256: compositeChecksum(parts.map((part) => part.checksumSha256)),
        contentType: upload.contentType,
        createdAt: clock().toISOString(),
        pieces: pieces.map(({ file, byteLength }) => ({ file, byteLength })),
      };
      const { head, directory } = await publishDirectoryVersion(layout, upload.directory, version, ifAbsent);
      const leftOver = files.filter((file) => !pieces.includes(file));
      removeFiles(directory, [...leftOver, { file: uploadFile }]);
      return head;
    }),
  );
}

export async function abortMultipart(
  { layout }: MultipartDeps,
  key: string,
  multipartId: string,
): Promise<void> {
  checkKey(key);
  const upload = await readUpload(layout, key, multipartId);
  if (upload) await discard(layout, upload.directory);
}

/** A directory that has gone was completed or aborted in the meantime. */
async function whileUploadExists<T>(key: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw hasErrno(error, 'ENOENT') ? multipartNotFound(key) : error;
  }
}

function removeFiles(directory: string, files: readonly { readonly file: string }[]): void {
  for (const { file } of files) rmSync(join(directory, file), { force: true });
}

function multipartNotFound(key: string): StorageError {
  return new StorageError('multipart-not-found', 'There is no such multipart upload.', { key });
}
