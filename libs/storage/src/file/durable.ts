import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { hasErrno } from './errno.ts';
import { temporaryPath } from './layout.ts';
import type { Layout } from './layout.ts';

/** Makes the names in a directory survive a power cut. Windows has no such call and needs none. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Syncs `path` and all directories above it up to `root`: another writer may have made, but not yet synced, them. */
export async function syncUpTo(root: string, path: string): Promise<void> {
  const names = relative(root, path).split(sep).filter(Boolean);
  const directories = [root, ...names.map((_, index) => join(root, ...names.slice(0, index + 1)))];
  await Promise.all(
    directories.map((directory) =>
      syncDirectory(directory).catch((error: unknown) => {
        // A deletion that ran at the same time took it, and with it what we wrote.
        if (!hasErrno(error, 'ENOENT')) throw error;
      }),
    ),
  );
}

export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Moves a complete, synced directory to a name that must be free: the one step by which things appear.
 * rename(2) never replaces a directory that holds something, and everything here holds something.
 * @returns false when the name is taken
 */
export async function publishDirectory(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOTEMPTY', 'EEXIST')) return false;
    if (process.platform === 'win32' && hasErrno(error, 'EPERM', 'EACCES')) return false;
    throw error;
  }
}

/**
 * Takes a directory away in one step, then frees its space; after a crash in between, recovery frees it.
 * @returns false when it was not there
 */
export async function discardDirectory(layout: Layout, path: string): Promise<boolean> {
  const grave = temporaryPath(layout);
  await mkdir(layout.temporary, { recursive: true });
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
