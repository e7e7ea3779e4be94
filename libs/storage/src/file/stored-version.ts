import { closeSync, fstatSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectHead, ObjectRef } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { hasErrno } from './errno.ts';
import { parseVersionName, placeOf, versionName } from './layout.ts';
import type { KeyPlace, Layout } from './layout.ts';
import { readTrailer } from './version-trailer.ts';

/** A file that holds some of an object's bytes, from its start; an object is its pieces one after the other. */
export interface Piece {
  readonly file: string;
  readonly byteLength: number;
}

export interface StoredVersion {
  readonly head: ObjectHead;
  readonly directory: string;
  readonly pieces: readonly Piece[];
}

/** The head as it is stored. The number in the version's name and `nonce` make the version id. */
export interface StoredHead {
  readonly layout: 1;
  readonly key: string;
  readonly nonce: string;
  readonly byteLength: number;
  readonly checksumSha256: string;
  readonly contentType: string;
  readonly createdAt: string;
  /** Of a version that is a directory; one that is a file holds the bytes itself. */
  readonly pieces?: readonly Piece[];
}

export const headFile = 'head.json';

/** A key's versions, newest first. */
export function versionNumbers({ directory, name }: KeyPlace): number[] {
  try {
    const entries = readdirSync(directory).filter((entry) => entry.startsWith(`${name}@`));
    const numbers = entries.flatMap((entry) => parseVersionName(entry)?.number ?? []);
    return numbers.sort((a, b) => b - a);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

export function describeVersion(stored: StoredHead, place: KeyPlace, number: number): StoredVersion {
  const { key, byteLength, checksumSha256, contentType, pieces } = stored;
  const versionId = `${number}-${stored.nonce}`;
  const createdAt = new Date(stored.createdAt);
  const name = versionName(place, number);
  return {
    head: { key, versionId, byteLength, checksumSha256, contentType, createdAt },
    directory: pieces ? join(place.directory, name) : place.directory,
    pieces: pieces ?? [{ file: name, byteLength }],
  };
}

/** The version a reference names, or null. */
export function findVersion(layout: Layout, ref: ObjectRef): StoredVersion | null {
  const place = placeOf(layout, ref.key);
  if (ref.versionId !== undefined) {
    const number = /^([1-9]\d{0,8})-[0-9a-f]{16}$/.exec(ref.versionId)?.[1];
    const version = number === undefined ? null : readVersion(place, ref.key, Number(number));
    return version?.head.versionId === ref.versionId ? version : null;
  }
  for (const number of versionNumbers(place)) {
    const version = readVersion(place, ref.key, number);
    if (version) return version;
  }
  return null;
}

/** @throws StorageError `object-not-found` */
export function foundVersion(layout: Layout, ref: ObjectRef): StoredVersion {
  const version = findVersion(layout, ref);
  if (version) return version;
  throw new StorageError('object-not-found', 'There is no such object.', { key: ref.key });
}

function readVersion(place: KeyPlace, key: string, number: number): StoredVersion | null {
  try {
    const stored = readHead(join(place.directory, versionName(place, number)), key);
    // On a file system that ignores case, another key's version answers to this name.
    return stored.key === key ? describeVersion(stored, place, number) : null;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function readHead(path: string, key: string): StoredHead {
  const descriptor = openVersion(path);
  if (descriptor === null) return parseHead(readFileSync(join(path, headFile), 'utf8'), key);
  try {
    const { text, byteLength } = readTrailer(descriptor, key);
    const stored = parseHead(text, key);
    if (stored.byteLength === byteLength) return stored;
    throw new StorageError('storage-unavailable', 'A stored file is not as long as it was written.', { key });
  } finally {
    closeSync(descriptor);
  }
}

/** Null when the version is a directory. */
function openVersion(path: string): number | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    // Windows opens no directory.
    if (hasErrno(error, 'EISDIR', 'EPERM')) return null;
    throw error;
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return null;
}

/** The head of a version with many parts is long, and a reader of ranges asks for the same one over and over. */
let latest: { readonly text: string; readonly stored: StoredHead } | null = null;

function parseHead(text: string, key: string): StoredHead {
  if (latest?.text === text) return latest.stored;
  try {
    latest = { text, stored: JSON.parse(text) as StoredHead };
    return latest.stored;
  } catch (cause) {
    throw new StorageError('storage-unavailable', 'The head of a stored version is damaged.', { key, cause });
  }
}
