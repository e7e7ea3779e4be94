import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPrefix } from '../object-key.ts';
import type { ObjectHead, ObjectPage } from '../object-store.ts';
import { hasErrno } from './errno.ts';
import { parseVersionName } from './layout.ts';
import type { Layout } from './layout.ts';
import { findVersion } from './stored-version.ts';

const pageLength = 1000;

export async function listObjects(
  layout: Layout,
  prefix: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<ObjectPage> {
  const objects: ObjectHead[] = [];
  for await (const key of walkKeys(layout, prefix, after)) {
    signal?.throwIfAborted();
    const version = findVersion(layout, { key });
    if (!version) continue;
    if (objects.length === pageLength) return { objects, next: objects.at(-1)!.key };
    objects.push(version.head);
  }
  return { objects };
}

/**
 * Keys that start with `prefix` and come after `after`, in key order, reading only directories that can hold some.
 * A yielded key may have no version: it may be the start of longer keys, or of none any more.
 */
export async function* walkKeys(layout: Layout, prefix: string, after = ''): AsyncGenerator<string> {
  checkPrefix(prefix);
  yield* walk(layout, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, after);
}

/** @param base the directory's key text: empty, or segments each followed by `/` */
async function* walk(layout: Layout, base: string, prefix: string, after: string): AsyncGenerator<string> {
  for (const text of await orderedTexts(layout, base)) {
    if (!text.endsWith('/')) {
      if (text.startsWith(prefix) && text > after) yield text;
    } else {
      const canHoldPrefix = text.startsWith(prefix) || prefix.startsWith(text);
      const canComeAfter = text > after || after.startsWith(text);
      if (canHoldPrefix && canComeAfter) yield* walk(layout, text, prefix, after);
    }
  }
}

/**
 * Each segment in a directory as a key, and where it is a directory also as the start (`segment/`) of longer ones.
 * Sorting these texts gives key order, which is not the order of the names: `a-b` < `a/b` < `a0`.
 */
async function orderedTexts(layout: Layout, base: string): Promise<string[]> {
  try {
    const texts = new Set<string>();
    for (const entry of await readdir(join(layout.objects, base))) {
      const version = parseVersionName(entry);
      texts.add(base + (version?.name ?? entry));
      if (!version) texts.add(`${base}${entry}/`);
    }
    return [...texts].sort();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
