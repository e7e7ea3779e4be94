import { randomBytes } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '../storage-error.ts';
import { publishDirectory, syncDirectory, syncUpTo, writeDurably } from './durable.ts';
import { hasErrno } from './errno.ts';
import { keyDirectory, versionDirectoryName } from './layout.ts';
import type { Layout } from './layout.ts';
import { describeVersion, headFile, versionNumbers } from './stored-version.ts';
import type { StoredHead, StoredVersion } from './stored-version.ts';

/** Each lost attempt is another writer's success. */
const maxAttempts = 1000;

export type NewVersion = Omit<StoredHead, 'layout' | 'nonce'>;

/** @throws StorageError `object-exists` */
export async function refuseExisting(layout: Layout, key: string): Promise<void> {
  if ((await versionNumbers(keyDirectory(layout, key))).length > 0) throw objectExists(key);
}

/**
 * Turns a directory of synced pieces into the key's next version. Of two writers only one gets a number, since a
 * directory is renamed onto a name only when that is free; the other one takes the next, or gives up with `ifAbsent`.
 * @throws StorageError `object-exists`; ENOENT when `pieces` is no longer there
 */
export async function publishVersion(
  layout: Layout,
  pieces: string,
  version: NewVersion,
  ifAbsent: boolean,
): Promise<StoredVersion> {
  const stored: StoredHead = { layout: 1, nonce: randomBytes(8).toString('hex'), ...version };
  const keyPath = keyDirectory(layout, version.key);
  await writeDurably(join(pieces, headFile), JSON.stringify(stored));
  await syncDirectory(pieces);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const [newest = 0] = await versionNumbers(keyPath);
    if (ifAbsent && newest > 0) throw objectExists(version.key);
    const number = newest + 1;
    if (await tryPublish(keyPath, pieces, number)) {
      await syncUpTo(layout.root, keyPath);
      return describeVersion(stored, keyPath, number);
    }
  }
  throw new StorageError('storage-unavailable', 'The key has too many writers at once.', {
    key: version.key,
  });
}

async function tryPublish(keyPath: string, pieces: string, number: number): Promise<boolean> {
  await mkdir(keyPath, { recursive: true });
  try {
    return await publishDirectory(pieces, join(keyPath, versionDirectoryName(number)));
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    // Either a deletion has just removed the emptied key directory, and we make it again; or our pieces have gone.
    await access(pieces);
    return false;
  }
}

function objectExists(key: string): StorageError {
  return new StorageError('object-exists', 'The object exists already.', { key });
}
