import {
  closeSync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { hasErrno } from './errno.ts';
import { temporaryPath } from './layout.ts';
import type { Layout } from './layout.ts';

/**
 * Waits until what was written to a descriptor survives a power cut.
 *
 * Calls that wait for a disk go to the thread pool. Those on names and open files do not: each takes microseconds,
 * and a tenth of what the way to the pool and back does.
 */
export const syncDescriptor = promisify(fsync);

/** Makes the names in a directory survive a power cut. Windows has no such call and needs none. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    await syncDescriptor(directory);
  } finally {
    closeSync(directory);
  }
}

/** Directories whose own names are known to survive a power cut, and which directories these are. */
const durable = new Map<string, string>();
const mostDurable = 4096;

/**
 * Syncs `path`, and the directories above it up to `root` that hold a name which is not known to be durable: another
 * writer may have made, but not yet synced, them.
 */
export async function syncUpTo(root: string, path: string): Promise<void> {
  const directories = [path];
  const made = new Map<string, string>();
  for (let directory = path; directory !== root; directory = dirname(directory)) {
    const identity = identityOf(directory);
    if (identity !== null && durable.get(directory) === identity) break;
    if (identity !== null) made.set(directory, identity);
    directories.push(dirname(directory));
  }
  await Promise.all(
    directories.map((directory) =>
      syncDirectory(directory).catch((error: unknown) => {
        // A deletion that ran at the same time took it, and with it what we wrote.
        if (!hasErrno(error, 'ENOENT')) throw error;
      }),
    ),
  );
  for (const [directory, identity] of made) durable.set(directory, identity);
  // Written to next is what is new, so the oldest go.
  for (const directory of durable.keys()) {
    if (durable.size <= mostDurable) break;
    durable.delete(directory);
  }
}

/** Tells a directory from another that is made under the same name later, whoever makes it. */
function identityOf(directory: string): string | null {
  const stats = statSync(directory, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.dev}.${stats.ino}.${stats.birthtimeNs}` : null;
}

/** Writes a file that is not there yet, or adds to one, and makes all of it survive a power cut. */
export async function appendDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = openSync(path, 'a', 0o600);
  try {
    writeFileSync(file, bytes);
    await syncDescriptor(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Gives a complete, synced file a name that must be free. Unlike rename(2), link(2) never replaces a file.
 * @returns false when the name is taken
 */
export function publishFile(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
  unlinkSync(from);
  return true;
}

/**
 * Moves a complete, synced directory to a name that must be free: the one step by which things appear.
 * rename(2) never replaces a file, nor a directory that holds something, and everything here holds something.
 * @returns false when the name is taken
 */
export async function publishDirectory(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) return false;
    if (process.platform === 'win32' && hasErrno(error, 'EPERM', 'EACCES')) return false;
    throw error;
  }
}

/**
 * Takes a directory or a file away in one step, then frees its space; after a crash in between, recovery frees it.
 * @returns false when it was not there
 */
export async function discard(layout: Layout, path: string): Promise<boolean> {
  const grave = temporaryPath(layout);
  mkdirSync(layout.temporary, { recursive: true });
  try {
    await rename(path, grave);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    throw error;
  }
  await syncDirectory(dirname(path));
  await rm(grave, { recursive: true, force: true });
  return true;
}
