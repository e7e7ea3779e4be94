import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from './exit-code.ts';

const RECORDING = /\.(edf|bdf|rec)$/i;
const COMPRESSED = /\.(edfz|(edf|bdf|rec)\.gz)$/i;
/** What repairs write beside a file. */
const REPAIRED = /\.repaired\.[^.]+$/i;

/** A file to upload or check, under the name the caller used. */
export interface FoundFile {
  readonly path: string;
  readonly byteLength: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Files in folders that are no recordings by their name. */
  readonly ignored: readonly string[];
  /** Paths of the caller at which no file can be read, and why. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface FindOptions {
  readonly isRecursive: boolean;
  /** Gzip files of recordings in folders too; by default they are ignored there. */
  readonly withCompressed?: boolean;
  /** Leaves out what repairs have written into folders. */
  readonly withoutRepaired?: boolean;
}

/**
 * The files that paths name. A file named by the caller is taken whatever it is called; in folders
 * recordings are found by extension, hidden files left out, links to folders not followed.
 *
 * @throws UsageError for all paths that are missing, and folders without `isRecursive`
 */
export async function findFiles(paths: readonly string[], options: FindOptions): Promise<FoundFiles> {
  const { faults, ...found } = await search(paths, options);
  const missing = found.unreadable.map(({ path, reason }) => `${path}: ${reason}`);
  refuse([...missing, ...faults]);
  return found;
}

/**
 * Like {@link findFiles}; what cannot be read is told beside the others, which are worked on all the same.
 *
 * @throws UsageError for folders without `isRecursive`
 */
export async function findReadableFiles(paths: readonly string[], options: FindOptions): Promise<FoundFiles> {
  const { faults, ...found } = await search(paths, options);
  refuse(faults);
  return found;
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
}

async function search(
  paths: readonly string[],
  options: FindOptions,
): Promise<FoundFiles & { readonly faults: readonly string[] }> {
  const files = new Map<string, FoundFile>();
  const ignored: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const faults: string[] = [];
  const add = (path: string, byteLength: number) => {
    if (!files.has(resolve(path))) files.set(resolve(path), { path, byteLength });
  };
  for (const path of paths) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      unreadable.push({ path, reason: found.code === 'ENOENT' ? 'there is no such file' : found.message });
    } else if (found.isFile()) add(path, found.size);
    else if (!found.isDirectory()) unreadable.push({ path, reason: 'is neither a file nor a folder' });
    else if (!options.isRecursive)
      faults.push(`${path}: is a folder; add --recursive to take the recordings in it`);
    else await walk(path, options, add, ignored);
  }
  return { files: [...files.values()], ignored, unreadable, faults };
}

function isWanted(name: string, { withCompressed, withoutRepaired }: FindOptions): boolean {
  if (withoutRepaired && REPAIRED.test(name)) return false;
  return RECORDING.test(name) || (withCompressed === true && COMPRESSED.test(name));
}

async function walk(
  folder: string,
  options: FindOptions,
  add: (path: string, size: number) => void,
  ignored: string[],
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    // Also `._night.edf`, which macOS leaves beside files on foreign disks.
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, options, add, ignored);
    else if (!isWanted(entry.name, options)) ignored.push(path);
    else {
      const found = await stat(path);
      if (found.isFile()) add(path, found.size);
    }
  }
}
