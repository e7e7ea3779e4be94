import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { checkKey } from '../object-key.ts';

/**
 * Where things are below the root. `@` is outside the grammar of keys, so a version cannot be taken for a segment.
 *
 *     objects/<segment>/…/<segment>@<n>    version n of a key: its bytes, then its head; of an object completed from
 *                                          parts, a directory of head.json and the parts
 *     multipart/<id>/                      upload.json and the parts that have arrived
 *     temporary/                           what is being written or deleted; rubbish after a crash
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

/** Where the versions of a key are: `<directory>/<name>@<n>`. */
export interface KeyPlace {
  readonly directory: string;
  /** The key's last segment. */
  readonly name: string;
}

/**
 * The one place where a key becomes a path, so no path comes from an unchecked key.
 * @throws StorageError `key-invalid`
 */
export function placeOf(layout: Layout, key: string): KeyPlace {
  checkKey(key);
  const segments = key.split('/');
  const name = segments.pop()!;
  return { directory: join(layout.objects, ...segments), name };
}

export function temporaryPath(layout: Layout): string {
  return join(layout.temporary, randomUUID());
}

export function versionName({ name }: KeyPlace, number: number): string {
  return `${name}@${number}`;
}

/** Segment and number of a version's name; null when the entry is a directory of longer keys. */
export function parseVersionName(entry: string): { name: string; number: number } | null {
  const match = /^([^@]+)@([1-9]\d{0,8})$/.exec(entry);
  return match ? { name: match[1]!, number: Number(match[2]) } : null;
}
