import type { ApiClient } from '@edf-pipeline/uploader';
import { uploadFile } from '@edf-pipeline/uploader';
import { problemWords } from '../api/problem-words.ts';
import type { FileCheck } from '../files/file-check.ts';
import { checkFile, isRecording } from '../files/file-check.ts';
import type { PickedFile } from '../files/picked-files.ts';
import { createFileLocks } from './file-locks.ts';
import type { FileLocks } from './file-locks.ts';
import { reopenFile } from './reopen-file.ts';
import { recordsOf } from './resume-store.ts';
import type { ResumeStore } from './resume-store.ts';
import { keptOf, notStarted } from './running-upload.ts';
import type { RunningUpload } from './running-upload.ts';
import { attemptUpload, changeOfOutcome } from './upload-attempt.ts';
import {
  differenceOf,
  identityOf,
  isMoving,
  isOver,
  isSameFile,
  newItem,
  unreadableItem,
} from './upload-item.ts';
import { UploadItems } from './upload-items.ts';

/** Files that are uploaded at once; parts of each go in parallel too. */
const filesAtOnce = 2;

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
  readonly #items = new UploadItems();
  readonly #running = new Map<string, RunningUpload>();

  constructor(deps: UploadQueueDeps) {
    this.#deps = deps;
    this.#locks = createFileLocks(deps.locks);
  }

  readonly subscribe = this.#items.subscribe;

  readonly items = this.#items.all;

  /** Brings back what was not finished when the page was closed. */
  async restore(): Promise<void> {
    for (const kept of await this.#deps.store.all()) {
      // Two tabs may have kept the same file.
      if (this.#items.all().some((item) => !isOver(item) && isSameFile(item, kept))) continue;
      const { id, name, path, byteLength, lastModified, safeBytes, resume, handle, addedAt } = kept;
      this.#running.set(id, { ...notStarted, file: null, handle, resume, addedAt });
      const phase = handle ? 'needs-permission' : 'needs-file';
      this.#items.insert(
        newItem({ id, name, path, byteLength, lastModified, phase, safeBytes, doneBytes: safeBytes }),
      );
      if (await this.#locks.isHeldElsewhere(kept)) this.#leaveToOther(id);
    }
  }

  /**
   * Checks the headers of files and uploads those that are recordings.
   *
   * @param unreadable paths of what was meant too, and could not be opened: shown as refused
   */
  async add(picked: readonly PickedFile[], unreadable: readonly string[] = []): Promise<void> {
    for (const path of unreadable) this.#items.insert(unreadableItem(path));
    const added: { id: string; file: File }[] = [];
    for (const { file, path, handle } of picked) {
      const pick = identityOf(file);
      const known = this.#items.all().find((item) => !isOver(item) && isSameFile(item, pick));
      if (known) {
        if (known.phase === 'needs-file' || known.phase === 'needs-permission')
          this.#continueWith(known.id, file, handle);
        continue;
      }
      const id = crypto.randomUUID();
      this.#running.set(id, { ...notStarted, file, handle, addedAt: this.#deps.now() });
      this.#items.insert(newItem({ id, path, ...pick, phase: 'checking' }));
      added.push({ id, file });
    }
    for (const { id, file } of added) {
      const check = await (this.#deps.check ?? checkFile)(file);
      if (!this.#running.has(id)) continue;
      if (isRecording(check)) {
        this.#items.change(id, { check, phase: 'waiting' });
        await this.#keep(id);
        this.#startNext();
      } else {
        this.#items.change(id, { check, phase: check.kind, message: check.reason });
        this.#running.delete(id);
      }
    }
  }

  pause(id: string): void {
    this.#items.change(id, { phase: 'paused', bytesPerSecond: null, message: null });
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
        this.#items.change(id, {
          phase: 'needs-file',
          message: 'The browser could not open the file again.',
        });
        return;
      }
      this.chooseAgain(id, file);
      return;
    }
    if (running.file) this.#proceed(id);
  }

  /** The same file, chosen again by a person. */
  chooseAgain(id: string, file: File): void {
    const item = this.#items.find(id);
    if (!item) return;
    const difference = differenceOf(item, identityOf(file));
    if (difference !== null) this.#items.change(id, { message: difference });
    else this.#continueWith(id, file, this.#running.get(id)?.handle ?? null);
  }

  /** The network is back: what waits for its next try does not wait any longer. */
  wake(): void {
    for (const { id, phase } of this.#items.all()) {
      if (phase !== 'offline') continue;
      this.#items.change(id, { phase: 'waiting', message: null });
      this.#running.get(id)?.abort?.abort();
    }
    this.#startNext();
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
    void this.#deps.store.forget(id);
    this.#items.remove(id);
    this.#startNext();
  }

  removeFinished(): void {
    for (const item of this.#items.all().filter(isOver)) this.remove(item.id);
  }

  #continueWith(id: string, file: File, handle: FileSystemFileHandle | null): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.file = file;
    running.handle = handle;
    this.#proceed(id);
  }

  #proceed(id: string): void {
    this.#items.change(id, { phase: 'waiting', message: null });
    this.#startNext();
  }

  #startNext(): void {
    for (const item of this.#items.all()) {
      if (this.#items.all().filter(isMoving).length >= filesAtOnce) return;
      if (item.phase === 'waiting' && this.#running.get(item.id)?.file) this.#start(item.id);
    }
  }

  #start(id: string): void {
    const running = this.#running.get(id)!;
    const abort = new AbortController();
    running.abort = abort;
    this.#items.change(id, { phase: 'moving', step: 'hashing', message: null });
    // An attempt that was stopped has its lock until it has ended, and would be taken for another tab.
    running.ended = running.ended.then(() => this.#attempt(id, running, abort));
  }

  async #attempt(id: string, running: RunningUpload, abort: AbortController): Promise<void> {
    const { signal } = abort;
    try {
      if (signal.aborted || this.#running.get(id) !== running) return;
      await this.#locks.hold(this.#items.get(id), (isOurs) =>
        isOurs ? this.#upload(id, running, signal) : this.#leaveToOther(id),
      );
    } catch (error) {
      if (!signal.aborted) {
        const words = problemWords(error);
        this.#items.change(id, {
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

  async #upload(id: string, running: RunningUpload, signal: AbortSignal): Promise<void> {
    const file = running.file!;
    await this.#takeOver(id, running);
    signal.throwIfAborted();
    const check = this.#items.find(id)?.check ?? (await (this.#deps.check ?? checkFile)(file));
    if (isRecording(check)) this.#items.change(id, { check });
    const outcome = await attemptUpload({
      client: this.#deps.client,
      upload: this.#deps.upload ?? uploadFile,
      now: this.#deps.now,
      file,
      header: check.kind === 'edf' ? check.header : undefined,
      resume: running.resume,
      signal,
      item: () => this.#items.find(id),
      change: (change) => this.#items.change(id, change),
      onResumeState: async (state) => {
        running.resume = state;
        if (state && !signal.aborted) await this.#keep(id);
      },
      onSafe: () => void this.#keep(id),
    });
    this.#running.delete(id);
    this.#items.change(id, changeOfOutcome(outcome));
    // While the file is still ours: another tab that waits for it looks there.
    for (const kept of await recordsOf(this.#deps.store, this.#items.get(id)))
      await this.#deps.store.forget(kept.id);
  }

  /** What another tab has begun of the file and left is gone on with, under our record. */
  async #takeOver(id: string, running: RunningUpload): Promise<void> {
    const left = (await recordsOf(this.#deps.store, this.#items.get(id))).filter((kept) => kept.id !== id);
    if (left.length === 0) return;
    running.resume ??= left.find(({ resume }) => resume !== null)?.resume ?? null;
    await this.#keep(id);
    for (const kept of left) await this.#deps.store.forget(kept.id);
  }

  #leaveToOther(id: string): void {
    this.#items.change(id, { phase: 'elsewhere', message: 'Another tab is uploading this file.' });
    void this.#returnWhenFree(id);
  }

  /**
   * The other tab is done with the file or has left it. Who has the file here goes on: what is there already is found
   * by its digest, and only what is missing is sent. Without the file there is work only while it is kept as unfinished.
   */
  async #returnWhenFree(id: string): Promise<void> {
    const item = this.#items.get(id);
    const running = this.#running.get(id)!;
    if (running.isAwaited) return;
    running.isAwaited = true;
    await this.#locks.whenFree(item);
    running.isAwaited = false;
    if (this.#items.find(id)?.phase !== 'elsewhere') return;
    if (running.file) this.#proceed(id);
    else if ((await recordsOf(this.#deps.store, item)).length === 0) this.remove(id);
    else this.#items.change(id, { phase: running.handle ? 'needs-permission' : 'needs-file', message: null });
  }

  async #keep(id: string): Promise<void> {
    const item = this.#items.find(id);
    const running = this.#running.get(id);
    if (!item || !running) return;
    await this.#deps.store.keep(keptOf(item, running));
  }
}
