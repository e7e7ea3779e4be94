import type { ApiClient, ResumeState } from '@edf-pipeline/uploader';
import { uploadFile } from '@edf-pipeline/uploader';
import { problemWords } from '../api/problem-words.ts';
import type { FileCheck } from '../files/file-check.ts';
import { checkFile, isRecording } from '../files/file-check.ts';
import type { PickedFile } from '../files/picked-files.ts';
import { createFileLocks } from './file-locks.ts';
import type { FileLocks } from './file-locks.ts';
import { reopenFile } from './reopen-file.ts';
import type { KeptUpload, ResumeStore } from './resume-store.ts';
import { attemptUpload, changeOfOutcome } from './upload-attempt.ts';
import { differenceOf, isMoving, isOver, isSameFile, newItem } from './upload-item.ts';
import type { UploadItem } from './upload-item.ts';

/** Files that are uploaded at once; parts of each go in parallel too. */
const filesAtOnce = 2;

interface Running {
  file: File | null;
  handle: FileSystemFileHandle | null;
  resume: ResumeState | null;
  abort: AbortController | null;
  addedAt: number;
}

export interface UploadQueueDeps {
  readonly client: ApiClient;
  readonly store: ResumeStore;
  /** Absent in old browsers: then two tabs are not kept apart. */
  readonly locks: LockManager | undefined;
  readonly now: () => number;
  readonly upload?: typeof uploadFile;
  readonly check?: (file: File) => Promise<FileCheck>;
}

/** The files of the tray and their uploads; lives as long as the page, whatever is shown in it. */
export class UploadQueue {
  readonly #deps: UploadQueueDeps;
  readonly #locks: FileLocks;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Map<string, Running>();
  #items: readonly UploadItem[] = [];

  constructor(deps: UploadQueueDeps) {
    this.#deps = deps;
    this.#locks = createFileLocks(deps.locks);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly items = (): readonly UploadItem[] => this.#items;

  /** Brings back what was not finished when the page was closed. */
  async restore(): Promise<void> {
    for (const kept of await this.#deps.store.all()) {
      if (this.#items.some(({ id }) => id === kept.id)) continue;
      const { id, name, path, byteLength, lastModified, safeBytes, resume, handle, addedAt } = kept;
      this.#running.set(id, { file: null, handle, resume, abort: null, addedAt });
      const phase = handle ? 'needs-permission' : 'needs-file';
      this.#insert(
        newItem({ id, name, path, byteLength, lastModified, phase, safeBytes, doneBytes: safeBytes }),
      );
      if (await this.#locks.isHeldElsewhere(kept)) {
        this.#change(id, { phase: 'elsewhere', message: 'Another tab is uploading this file.' });
        void this.#locks.whenFree(kept, () => this.#return(kept, phase));
      }
    }
  }

  /** Checks the headers of files and uploads those that are recordings. */
  async add(picked: readonly PickedFile[]): Promise<void> {
    const fresh: { id: string; file: File }[] = [];
    for (const { file, path, handle } of picked) {
      const pick = { name: file.name, byteLength: file.size, lastModified: file.lastModified };
      const known = this.#items.find((item) => !isOver(item) && isSameFile(item, pick));
      if (known) {
        if (known.phase === 'needs-file' || known.phase === 'needs-permission')
          this.#continueWith(known.id, file, handle);
        continue;
      }
      const id = crypto.randomUUID();
      this.#running.set(id, { file, handle, resume: null, abort: null, addedAt: this.#deps.now() });
      this.#insert(newItem({ id, path, ...pick, phase: 'checking' }));
      fresh.push({ id, file });
    }
    for (const { id, file } of fresh) {
      const check = await (this.#deps.check ?? checkFile)(file);
      if (!this.#running.has(id)) continue;
      if (isRecording(check)) {
        this.#change(id, { check, phase: 'waiting' });
        await this.#keep(id);
        this.#startNext();
      } else {
        this.#change(id, { check, phase: check.kind, message: check.reason });
        this.#running.delete(id);
      }
    }
  }

  pause(id: string): void {
    this.#change(id, { phase: 'paused', bytesPerSecond: null, message: null });
    this.#running.get(id)?.abort?.abort();
    this.#startNext();
  }

  /** Goes on with what is paused or has failed, or asks the browser for the file again. */
  async resume(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (!running) return;
    if (!running.file && running.handle) {
      const file = await reopenFile(running.handle);
      if (!file) {
        this.#change(id, { phase: 'needs-file', message: 'The browser could not open the file again.' });
        return;
      }
      this.chooseAgain(id, file);
      return;
    }
    if (!running.file) return;
    this.#change(id, { phase: 'waiting', message: null });
    this.#startNext();
  }

  /** The same file, chosen again by a person. */
  chooseAgain(id: string, file: File): void {
    const item = this.#items.find((one) => one.id === id);
    if (!item) return;
    const difference = differenceOf(item, {
      name: file.name,
      byteLength: file.size,
      lastModified: file.lastModified,
    });
    if (difference !== null) this.#change(id, { message: difference });
    else this.#continueWith(id, file, this.#running.get(id)?.handle ?? null);
  }

  /** The network is back: what waits for its next try does not wait any longer. */
  wake(): void {
    for (const { id, phase } of this.#items) {
      if (phase !== 'offline') continue;
      this.pause(id);
      void this.resume(id);
    }
  }

  /** Gives an upload up; what has arrived of it is deleted at the server. */
  async cancel(id: string): Promise<void> {
    const running = this.#running.get(id);
    running?.abort?.abort();
    this.remove(id);
    const uploadId = running?.resume?.uploadId;
    if (uploadId)
      await this.#deps.client.abortUpload(uploadId, { patienceSeconds: 10 }).catch(() => undefined);
  }

  /** Takes a row out of the tray. */
  remove(id: string): void {
    this.#running.delete(id);
    this.#items = this.#items.filter((item) => item.id !== id);
    void this.#deps.store.forget(id);
    this.#tell();
    this.#startNext();
  }

  removeFinished(): void {
    for (const item of this.#items.filter(isOver)) this.remove(item.id);
  }

  #continueWith(id: string, file: File, handle: FileSystemFileHandle | null): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.file = file;
    running.handle = handle;
    this.#change(id, { phase: 'waiting', message: null });
    this.#startNext();
  }

  #startNext(): void {
    for (const item of this.#items) {
      if (this.#items.filter(isMoving).length >= filesAtOnce) return;
      if (item.phase === 'waiting' && this.#running.get(item.id)?.file) void this.#start(item.id);
    }
  }

  async #start(id: string): Promise<void> {
    const running = this.#running.get(id)!;
    const abort = new AbortController();
    running.abort = abort;
    this.#change(id, { phase: 'moving', step: 'hashing', message: null });
    try {
      await this.#locks.hold(this.#item(id), async (isOurs) => {
        if (!isOurs) {
          this.#change(id, { phase: 'elsewhere', message: 'Another tab is uploading this file.' });
          return;
        }
        await this.#upload(id, running, abort.signal);
      });
    } catch (error) {
      if (!abort.signal.aborted) {
        const words = problemWords(error);
        this.#change(id, {
          phase: 'failed',
          bytesPerSecond: null,
          message: `${words.title}. ${words.detail}`,
        });
      }
    } finally {
      if (running.abort === abort) running.abort = null;
      this.#startNext();
    }
  }

  async #upload(id: string, running: Running, signal: AbortSignal): Promise<void> {
    const file = running.file!;
    const check =
      this.#items.find((item) => item.id === id)?.check ?? (await (this.#deps.check ?? checkFile)(file));
    if (isRecording(check)) this.#change(id, { check });
    const outcome = await attemptUpload({
      client: this.#deps.client,
      upload: this.#deps.upload ?? uploadFile,
      now: this.#deps.now,
      file,
      header: check.kind === 'edf' ? check.header : undefined,
      resume: running.resume,
      signal,
      item: () => this.#items.find((item) => item.id === id),
      change: (change) => this.#change(id, change),
      onResumeState: async (state) => {
        running.resume = state;
        if (state && !signal.aborted) await this.#keep(id);
      },
      onSafe: () => void this.#keep(id),
    });
    void this.#deps.store.forget(id);
    this.#running.delete(id);
    this.#change(id, changeOfOutcome(outcome));
  }

  /** The other tab is done with a file: its upload is finished (and not kept any more), or ours to go on with. */
  async #return({ id }: KeptUpload, phase: UploadItem['phase']): Promise<void> {
    const isKept = (await this.#deps.store.all()).some((kept) => kept.id === id);
    if (isKept) this.#change(id, { phase, message: null });
    else this.remove(id);
  }

  #item(id: string): UploadItem {
    return this.#items.find((item) => item.id === id)!;
  }

  async #keep(id: string): Promise<void> {
    const item = this.#items.find((one) => one.id === id);
    const running = this.#running.get(id);
    if (!item || !running) return;
    const { name, path, byteLength, lastModified, safeBytes } = item;
    const { resume, handle, addedAt } = running;
    await this.#deps.store.keep({
      id,
      name,
      path,
      byteLength,
      lastModified,
      safeBytes,
      resume,
      handle,
      addedAt,
    });
  }

  #insert(item: UploadItem): void {
    this.#items = [...this.#items, item];
    this.#tell();
  }

  #change(id: string, change: Partial<UploadItem>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
