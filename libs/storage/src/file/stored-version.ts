import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectHead, ObjectRef } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { hasErrno } from './errno.ts';
import { keyDirectory, parseVersionDirectoryName, versionDirectoryName } from './layout.ts';
import type { Layout } from './layout.ts';

/** A file that holds some of an object's bytes; an object is its pieces one after the other. */
export interface Piece {
  readonly file: string;
  readonly byteLength: number;
}

export interface StoredVersion {
  readonly head: ObjectHead;
  readonly directory: string;
  readonly pieces: readonly Piece[];
}

/** head.json. The number in the directory's name and `nonce` make the version id. */
export interface StoredHead {
  readonly layout: 1;
  readonly key: string;
  readonly nonce: string;
  readonly byteLength: number;
  readonly checksumSha256: string;
  readonly contentType: string;
  readonly createdAt: string;
  readonly pieces: readonly Piece[];
}

export const headFile = 'head.json';

/** Versions in a key's directory, newest first; none when there is no such directory. */
export async function versionNumbers(directory: string): Promise<number[]> {
  try {
    const names = await readdir(directory);
    const numbers = names.map(parseVersionDirectoryName).filter((number) => number !== null);
    return numbers.sort((a, b) => b - a);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

export function describeVersion(stored: StoredHead, keyPath: string, number: number): StoredVersion {
  const { key, byteLength, checksumSha256, contentType, pieces } = stored;
  const versionId = `${number}-${stored.nonce}`;
  const createdAt = new Date(stored.createdAt);
  return {
    head: { key, versionId, byteLength, checksumSha256, contentType, createdAt },
    directory: join(keyPath, versionDirectoryName(number)),
    pieces,
  };
}

/** The version a reference names, or null. */
export async function findVersion(layout: Layout, ref: ObjectRef): Promise<StoredVersion | null> {
  const keyPath = keyDirectory(layout, ref.key);
  if (ref.versionId !== undefined) {
    const number = /^([1-9]\d{0,8})-[0-9a-f]{16}$/.exec(ref.versionId)?.[1];
    const version = number === undefined ? null : await readVersion(keyPath, ref.key, Number(number));
    return version?.head.versionId === ref.versionId ? version : null;
  }
  for (const number of await versionNumbers(keyPath)) {
    const version = await readVersion(keyPath, ref.key, number);
    if (version) return version;
  }
  return null;
}

async function readVersion(keyPath: string, key: string, number: number): Promise<StoredVersion | null> {
  let text: string;
  try {
    text = await readFile(join(keyPath, versionDirectoryName(number), headFile), 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
  const stored = parseHead(text, key);
  // On a file system that ignores case, another key's directory answers to this name.
  return stored.key === key ? describeVersion(stored, keyPath, number) : null;
}

function parseHead(text: string, key: string): StoredHead {
  try {
    return JSON.parse(text) as StoredHead;
  } catch (cause) {
    throw new StorageError('storage-unavailable', 'The head of a stored version is damaged.', { key, cause });
  }
}
