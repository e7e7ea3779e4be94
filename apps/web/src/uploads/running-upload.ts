import type { ResumeState } from '@edf-pipeline/uploader';
import type { KeptUpload } from './resume-store.ts';
import type { UploadItem } from './upload-item.ts';

/** What a row that has not ended has in hand. */
export interface RunningUpload {
  file: File | null;
  handle: FileSystemFileHandle | null;
  resume: ResumeState | null;
  abort: AbortController | null;
  /** When the latest attempt is over and has given its lock back. */
  ended: Promise<void>;
  /** Another tab has the file, and this one waits until it is free. */
  isAwaited: boolean;
  readonly addedAt: number;
}

export const notStarted = { resume: null, abort: null, ended: Promise.resolve(), isAwaited: false };

/** What a later page needs to go on with it. */
export function keptOf(item: UploadItem, { resume, handle, addedAt }: RunningUpload): KeptUpload {
  const { id, name, path, byteLength, lastModified, safeBytes } = item;
  return { id, name, path, byteLength, lastModified, safeBytes, resume, handle, addedAt };
}
