import type { ResumeState } from '@edf-pipeline/uploader';
import { createStore, del, entries, set } from 'idb-keyval';
import { isSameFile } from './upload-item.ts';
import type { FileIdentity } from './upload-item.ts';

/** What is kept of an unfinished upload, so that it goes on after the page was closed. Never its bytes. */
export interface KeptUpload {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly byteLength: number;
  readonly lastModified: number;
  readonly addedAt: number;
  /** Bytes that had arrived for certain. */
  readonly safeBytes: number;
  readonly resume: ResumeState | null;
  readonly handle: FileSystemFileHandle | null;
}

export interface ResumeStore {
  all(): Promise<KeptUpload[]>;
  keep(upload: KeptUpload): Promise<void>;
  forget(id: string): Promise<void>;
}

/** What is kept of a file, by whichever tab. */
export async function recordsOf(store: ResumeStore, file: FileIdentity): Promise<KeptUpload[]> {
  return (await store.all()).filter((kept) => isSameFile(kept, file));
}

/** Kept in this browser's IndexedDB. Where there is none (private windows), uploads work and are not kept. */
export function createIndexedDbResumeStore(): ResumeStore {
  let store: ReturnType<typeof createStore> | null = null;
  try {
    store = createStore('edf-pipeline', 'uploads');
  } catch {
    // Without storage there is nothing to come back to.
  }
  return {
    async all() {
      if (!store) return [];
      const kept = await entries<string, KeptUpload>(store).catch(() => []);
      return kept.map(([, upload]) => upload).sort((a, b) => a.addedAt - b.addedAt);
    },
    async keep(upload) {
      if (!store) return;
      await set(upload.id, upload, store).catch(() => {
        // Some browsers cannot keep file handles.
        return store && set(upload.id, { ...upload, handle: null }, store).catch(() => undefined);
      });
    },
    async forget(id) {
      if (store) await del(id, store).catch(() => undefined);
    },
  };
}
