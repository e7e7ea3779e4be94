import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResumeState } from '@edf-pipeline/uploader';

/** As long as servers keep an upload that does not move. */
/** As long as servers keep an upload that does not move. */
const LIFETIME_MS = 7 * 24 * 3_600 * 1_000;

/** What makes a file the same one that was begun: where it is and goes, its size and time. */
export interface ResumeKey {
  readonly url: string;
  readonly absolutePath: string;
  readonly byteLength: number;
  readonly modifiedMs: number;
}

/** Where each upload stands, one file each (0600); neither names nor paths are in them. */
export interface ResumeStore {
  read(key: ResumeKey): Promise<ResumeState | null>;
  /** Null forgets. */
  write(key: ResumeKey, state: ResumeState | null): Promise<void>;
  /** Takes away what no server knows any more. */
  prune(now: number): Promise<void>;
}

export function createResumeStore(stateDirectory: string): ResumeStore {
  const directory = join(stateDirectory, 'resume');
  const pathOf = ({ url, absolutePath, byteLength, modifiedMs }: ResumeKey) => {
    const hash = createHash('sha256').update(JSON.stringify([url, absolutePath, byteLength, modifiedMs]));
    return join(directory, `${hash.digest('hex')}.json`);
  };
  return {
    async read(key) {
      try {
        const state = JSON.parse(await readFile(pathOf(key), 'utf8')) as ResumeState;
        return state.version === 1 && typeof state.idempotencyKey === 'string' ? state : null;
      } catch {
        // None, or half of one: the upload begins anew.
        return null;
      }
    },
    async write(key, state) {
      const path = pathOf(key);
      if (state === null) {
        await rm(path, { force: true });
        return;
      }
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, JSON.stringify(state), { mode: 0o600 });
      await rename(temporary, path);
    },
    async prune(now) {
      const names = await readdir(directory).catch(() => []);
      for (const name of names) {
        const path = join(directory, name);
        const found = await stat(path).catch(() => null);
        if (found && now - found.mtimeMs > LIFETIME_MS) await rm(path, { force: true });
      }
    },
  };
}
