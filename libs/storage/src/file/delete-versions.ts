import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkDeletionPrefix } from '../object-key.ts';
import { discard } from './durable.ts';
import { hasErrno } from './errno.ts';
import { placeOf, versionName } from './layout.ts';
import type { Layout } from './layout.ts';
import { walkKeys } from './list-objects.ts';
import { multipartsBelow } from './multipart-directory.ts';
import { versionNumbers } from './stored-version.ts';

/** ObjectStore.deleteVersions. Every step takes one version away whole, so after a crash it is simply called again. */
export async function deleteVersions(layout: Layout, prefix: string, signal?: AbortSignal): Promise<number> {
  checkDeletionPrefix(prefix);
  // Multiparts first: a completion that has not happened by then cannot bring an object back.
  for (const { multipartId } of await multipartsBelow(layout, prefix)) {
    signal?.throwIfAborted();
    await discard(layout, join(layout.multipart, multipartId));
  }
  let deleted = 0;
  for await (const key of walkKeys(layout, prefix)) {
    const place = placeOf(layout, key);
    for (const number of versionNumbers(place)) {
      signal?.throwIfAborted();
      if (await discard(layout, join(place.directory, versionName(place, number)))) deleted += 1;
    }
    await removeEmptyDirectories(layout.objects, join(place.directory, place.name));
  }
  return deleted;
}

/** From `path` upwards; of a key it is where longer keys would be, which a crash may have left behind empty. */
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
