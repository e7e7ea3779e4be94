import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { checkKey } from '../object-key.ts';

/**
 * Where things are below the root. `@` is outside the grammar of keys, so a version cannot be taken for a segment.
 *
 *     objects/<segment>/…/<segment>/@<n>/   one version: head.json and its bytes in one or more files
 *     multipart/<id>/                       upload.json and the parts that have arrived
 *     temporary/                            what is being written or deleted; rubbish after a crash
 */
export interface Layout {
  readonly root: string;
  readonly objects: string;
  readonly multipart: string;
  readonly temporary: string;
}

export function layoutOf(root: string): Layout {
  return {
    root,
    objects: join(root, 'objects'),
    multipart: join(root, 'multipart'),
    temporary: join(root, 'temporary'),
  };
}

/**
 * The one place where a key becomes a path, so no path comes from an unchecked key.
 * @throws StorageError `key-invalid`
 */
export function keyDirectory(layout: Layout, key: string): string {
  checkKey(key);
  return join(layout.objects, ...key.split('/'));
}

export function temporaryPath(layout: Layout): string {
  return join(layout.temporary, randomUUID());
}

export function versionDirectoryName(number: number): string {
  return `@${number}`;
}

/** The version's number, or null when the entry is a segment of longer keys. */
export function parseVersionDirectoryName(name: string): number | null {
  const match = /^@([1-9]\d{0,8})$/.exec(name);
  return match ? Number(match[1]) : null;
}
