import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectHead, WriteOptions } from '../object-store.ts';
import { checkKey } from '../object-key.ts';
import { temporaryPath } from './layout.ts';
import type { Layout } from './layout.ts';
import { publishVersion, refuseExisting } from './publish-version.ts';
import { receiveBytes } from './receive-bytes.ts';
import type { ExpectedBytes } from './receive-bytes.ts';

/** What the writing operations of the store need. */
export interface WritingDeps {
  readonly layout: Layout;
  readonly clock: () => Date;
  readonly freeBytesReserve: number;
}

const dataFile = 'data';

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
  if (ifAbsent) await refuseExisting(layout, key);
  const pieces = temporaryPath(layout);
  await mkdir(pieces, { recursive: true });
  try {
    const receiveOptions = { key, expected, freeBytesReserve, signal };
    const { byteLength, sha256 } = await receiveBytes(join(pieces, dataFile), body, receiveOptions);
    const version = {
      key,
      byteLength,
      checksumSha256: sha256.toString('base64'),
      contentType,
      createdAt: clock().toISOString(),
      pieces: [{ file: dataFile, byteLength }],
    };
    return (await publishVersion(layout, pieces, version, ifAbsent)).head;
  } finally {
    await rm(pieces, { recursive: true, force: true });
  }
}
