import type { ObjectFolder } from './keys.ts';
import { recordingKey, uploadKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { recordingOf, uploadOf } from './ledger.ts';
import { readJob } from './read.ts';
import { isUploadEnded } from './touch-upload.ts';

/** Why nothing will ever ask for what lies in a folder. */
export type OrphanReason =
  'no-upload' | 'upload-ended' | 'recording-deleted' | 'no-job' | 'no-result' | 'old-epoch' | 'job-ended';

/**
 * Whether the ledger still knows a use for a folder: null when it has one, or when the sweep will empty it by itself.
 * Strongly consistent; what a paused worker may still be writing is told apart by age, which the caller looks at.
 */
export async function judgeFolder(
  ledger: Ledger,
  folder: ObjectFolder,
  signal?: AbortSignal,
): Promise<OrphanReason | null> {
  if (folder.kind === 'source') return judgeSource(ledger, folder.tenant, folder.uploadId, signal);
  const found = await readJob(ledger, folder.tenant, folder.jobId, signal);
  if (!found) return 'no-job';
  const isDone = found.row.phase === 'done';
  if (folder.kind === 'work') return isDone ? 'job-ended' : null;
  const { result } = found.row;
  if (result) return folder.epoch === result.epoch ? null : 'old-epoch';
  if (isDone) return 'no-result';
  // A range of a job that is not done yet: whoever writes under an epoch before the present ones is fenced off.
  return found.ranges.every(({ epoch }) => folder.epoch < epoch) ? 'old-epoch' : null;
}

async function judgeSource(
  ledger: Ledger,
  tenant: string,
  uploadId: string,
  signal?: AbortSignal,
): Promise<OrphanReason | null> {
  const item = await ledger.store.get(uploadKey(tenant, uploadId), signal);
  if (!item) return 'no-upload';
  const upload = uploadOf(item);
  if (!isUploadEnded(upload)) return null;
  if (upload.status !== 'completed' || upload.duplicateOf !== null)
    return upload.due === null ? 'upload-ended' : null;
  const recording = await ledger.store.get(recordingKey(tenant, upload.recordingId), signal);
  if (!recording) return null;
  const { status, due } = recordingOf(recording);
  return status === 'deleted' && due === null ? 'recording-deleted' : null;
}
