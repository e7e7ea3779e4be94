import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { UsageError } from './exit-code.ts';

const RECORDINGS = ['.edf', '.bdf', '.rec'];

/** A file to upload or check, under the name the caller used. */
export interface FoundFile {
  readonly path: string;
  readonly byteLength: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Files in folders that are no recordings by their name. */
  readonly ignored: readonly string[];
}

/**
 * The files that paths name. A file named by the caller is taken whatever it is called; in folders
 * recordings are found by extension, hidden files left out, links to folders not followed.
 *
 * @throws UsageError for all paths that are missing, and folders without `isRecursive`
 */
export async function findFiles(paths: readonly string[], isRecursive: boolean): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const ignored: string[] = [];
  const faults: string[] = [];
  const add = (path: string, byteLength: number) => {
    if (!files.has(resolve(path))) files.set(resolve(path), { path, byteLength });
  };
  for (const path of paths) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      faults.push(found.code === 'ENOENT' ? `${path}: there is no such file` : `${path}: ${found.message}`);
    } else if (found.isFile()) add(path, found.size);
    else if (!found.isDirectory()) faults.push(`${path}: is neither a file nor a folder`);
    else if (!isRecursive) faults.push(`${path}: is a folder; add --recursive to take the recordings in it`);
    else await walk(path, add, ignored);
  }
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { files: [...files.values()], ignored };
}

async function walk(
  folder: string,
  add: (path: string, size: number) => void,
  ignored: string[],
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    // Also `._night.edf`, which macOS leaves beside files on foreign disks.
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, add, ignored);
    else if (!RECORDINGS.includes(extname(entry.name).toLowerCase())) ignored.push(path);
    else {
      const found = await stat(path);
      if (found.isFile()) add(path, found.size);
    }
  }
}
