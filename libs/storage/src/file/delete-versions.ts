import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkDeletionPrefix } from '../object-key.ts';
import { discardDirectory } from './durable.ts';
import { hasErrno } from './errno.ts';
import { keyDirectory, versionDirectoryName } from './layout.ts';
import type { Layout } from './layout.ts';
import { walkKeys } from './list-objects.ts';
import { multipartsBelow } from './multipart-directory.ts';
import { versionNumbers } from './stored-version.ts';

/** ObjectStore.deleteVersions. Every step takes one version away whole, so after a crash it is simply called again. */
export async function deleteVersions(layout: Layout, prefix: string, signal?: AbortSignal): Promise<number> {
  checkDeletionPrefix(prefix);
  // Multiparts first: a completion that has not happened by then cannot bring an object back.
  for (const directory of await multipartsBelow(layout, prefix)) {
    signal?.throwIfAborted();
    await discardDirectory(layout, directory);
  }
  let deleted = 0;
  for await (const key of walkKeys(layout, prefix)) {
    const keyPath = keyDirectory(layout, key);
    for (const number of await versionNumbers(keyPath)) {
      signal?.throwIfAborted();
      if (await discardDirectory(layout, join(keyPath, versionDirectoryName(number)))) deleted += 1;
    }
    await removeEmptyDirectories(layout.objects, keyPath);
  }
  return deleted;
}

async function removeEmptyDirectories(top: string, path: string): Promise<void> {
  for (let directory = path; directory !== top; directory = dirname(directory)) {
    try {
      await rmdir(directory);
    } catch (error) {
      if (hasErrno(error, 'ENOTEMPTY', 'EEXIST')) return;
      if (!hasErrno(error, 'ENOENT')) throw error;
    }
  }
}
