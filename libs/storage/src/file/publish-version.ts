import { randomBytes } from 'node:crypto';
import { accessSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../storage-error.ts';
import { appendDurably, publishDirectory, publishFile, syncDirectory, syncUpTo } from './durable.ts';
import { hasErrno } from './errno.ts';
import { placeOf, versionName } from './layout.ts';
import type { Layout } from './layout.ts';
import { describeVersion, headFile, versionNumbers } from './stored-version.ts';
import type { StoredHead, StoredVersion } from './stored-version.ts';

/** Each lost attempt is another writer's success. */
const maxAttempts = 1000;

export type NewVersion = Omit<StoredHead, 'layout' | 'nonce'>;

/** @throws StorageError `object-exists` */
export function refuseExisting(layout: Layout, key: string): void {
  if (versionNumbers(placeOf(layout, key)).length > 0) throw objectExists(key);
}

export function storedHeadOf(version: NewVersion): StoredHead {
  return { layout: 1, nonce: randomBytes(8).toString('hex'), ...version };
}

/**
 * Turns a synced file, of the bytes and the trailer that holds `stored`, into the key's next version.
 * @throws as {@link publishNext}
 */
export function publishFileVersion(
  layout: Layout,
  file: string,
  stored: StoredHead,
  ifAbsent: boolean,
): Promise<StoredVersion> {
  return publishNext(layout, file, stored, ifAbsent, publishFile);
}

/**
 * Turns a directory of synced pieces into the key's next version.
 * @throws as {@link publishNext}
 */
export async function publishDirectoryVersion(
  layout: Layout,
  pieces: string,
  version: NewVersion,
  ifAbsent: boolean,
): Promise<StoredVersion> {
  const stored = storedHeadOf(version);
  await appendDurably(join(pieces, headFile), Buffer.from(JSON.stringify(stored)));
  await syncDirectory(pieces);
  return publishNext(layout, pieces, stored, ifAbsent, publishDirectory);
}

/**
 * Of two writers only one gets a number, since things are published under a name only when that is free; the other
 * one takes the next, or gives up with `ifAbsent`.
 * @throws StorageError `object-exists`; ENOENT when `from` is no longer there
 */
async function publishNext(
  layout: Layout,
  from: string,
  stored: StoredHead,
  ifAbsent: boolean,
  publish: (from: string, to: string) => boolean | Promise<boolean>,
): Promise<StoredVersion> {
  const { key } = stored;
  const place = placeOf(layout, key);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const [newest = 0] = versionNumbers(place);
    if (ifAbsent && newest > 0) throw objectExists(key);
    const number = newest + 1;
    try {
      if (await publish(from, join(place.directory, versionName(place, number)))) {
        await syncUpTo(layout.root, place.directory);
        return describeVersion(stored, place, number);
      }
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
      // The directory was never made, or a deletion has just emptied and removed it; or what we have has gone.
      accessSync(from);
      mkdirSync(place.directory, { recursive: true });
    }
  }
  throw new StorageError('storage-unavailable', 'The key has too many writers at once.', { key });
}

function objectExists(key: string): StorageError {
  return new StorageError('object-exists', 'The object exists already.', { key });
}
