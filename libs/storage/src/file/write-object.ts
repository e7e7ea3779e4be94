import { rmSync } from 'node:fs';
import type { ObjectHead, WriteOptions } from '../object-store.ts';
import { checkKey } from '../object-key.ts';
import { appendDurably } from './durable.ts';
import { temporaryPath } from './layout.ts';
import type { Layout } from './layout.ts';
import { publishFileVersion, refuseExisting, storedHeadOf } from './publish-version.ts';
import { receiveBytes } from './receive-bytes.ts';
import type { ExpectedBytes } from './receive-bytes.ts';
import { trailerOf } from './version-trailer.ts';

/** What the writing operations of the store need. */
export interface WritingDeps {
  readonly layout: Layout;
  readonly clock: () => Date;
  readonly freeBytesReserve: number;
}

/**
 * ObjectStore.write, and with `expected` the store's side of a signed PUT.
 * @throws StorageError `object-exists`, `length-mismatch`, `checksum-mismatch`, `storage-full`
 */
export async function writeObject(
  deps: WritingDeps,
  key: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  options: WriteOptions & { readonly expected?: ExpectedBytes },
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const { layout, clock, freeBytesReserve } = deps;
  const { contentType, ifAbsent = false, expected } = options;
  checkKey(key);
  if (ifAbsent) refuseExisting(layout, key);
  const path = temporaryPath(layout);
  let isPublished = false;
  try {
    const receiveOptions = { key, expected, freeBytesReserve, signal };
    const { byteLength, sha256 } = await receiveBytes(path, body, receiveOptions);
    const stored = storedHeadOf({
      key,
      byteLength,
      checksumSha256: sha256.toString('base64'),
      contentType,
      createdAt: clock().toISOString(),
    });
    await appendDurably(path, trailerOf(stored));
    const { head } = await publishFileVersion(layout, path, stored, ifAbsent);
    isPublished = true;
    return head;
  } finally {
    // What is published has no name in `temporary` any more.
    if (!isPublished) rmSync(path, { force: true });
  }
}
