import {
  countSeenEvent,
  finalizeUpload,
  parseSourceKey,
  readRecording,
  sourcePrefix,
} from '@edf-pipeline/ledger';
import type { UploadRow } from '@edf-pipeline/ledger';
import type { DispatcherDeps } from './deps.ts';

export type AcceptedObject =
  'accepted' | 'duplicate' | 'rejected' | 'incomplete' | 'unknown-upload' | 'foreign-key';

/**
 * A hint that an object has appeared: accepts its upload if it is one of ours. Hints may come twice, late, out of
 * order or not at all.
 */
export async function acceptObject(
  deps: DispatcherDeps,
  object: { key: string; versionId: string },
  signal?: AbortSignal,
): Promise<AcceptedObject> {
  const named = parseSourceKey(object.key);
  if (!named) return 'foreign-key';
  const timesSeen = await countSeenEvent(deps.ledger, object.key, object.versionId, signal);
  const finalized = await finalizeUpload(deps, named.tenant, named.uploadId, false, signal);
  switch (finalized.outcome) {
    case 'not-found':
      return 'unknown-upload';
    case 'incomplete':
      return 'incomplete';
    case 'ended':
      await deleteUnwanted(deps, finalized.upload, signal);
      if (finalized.upload.status !== 'completed') return 'rejected';
      return timesSeen > 1 ? 'duplicate' : 'accepted';
  }
}

/**
 * A request that was signed before an upload or its recording ended may still be carried out: what it brings belongs
 * to nothing, and goes at once instead of when the sweep looks again.
 */
async function deleteUnwanted(deps: DispatcherDeps, upload: UploadRow, signal?: AbortSignal): Promise<void> {
  const isSource = upload.status === 'completed' && upload.duplicateOf === null;
  const recording = isSource
    ? await readRecording(deps.ledger, upload.tenant, upload.recordingId, signal)
    : null;
  if (recording?.row.status === 'available') return;
  await deps.objects.deleteVersions(sourcePrefix(upload.tenant, upload.id), signal);
}
