import { cancelJob } from './cancel.ts';
import {
  contentKey,
  jobKey,
  jobResultsPrefix,
  recordingKey,
  sourcePrefix,
  uploadKey,
  workPrefix,
} from './keys.ts';
import type { Write } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, jobOf, recordingOf, uploadOf, writerOf } from './ledger.ts';
import type { ContentRow, RecordingRow } from './rows.ts';
import type { UploadObjects } from './upload-objects.ts';

/** Marks a recording for deletion; it is due at once. Answers it as it is then; null when there is none. */
export function requestDeletion(
  ledger: Ledger,
  tenant: string,
  recordingId: string,
  signal?: AbortSignal,
): Promise<{ recording: RecordingRow; version: number } | null> {
  return decideAndWrite<{ recording: RecordingRow; version: number } | null>(
    ledger,
    [recordingKey(tenant, recordingId)],
    ([item]) => {
      if (!item || recordingOf(item).status === 'deleted') return { writes: [], answer: null };
      const recording = recordingOf(item);
      if (recording.status === 'deleting')
        return { writes: [], answer: { recording, version: item.version } };
      const writer = writerOf(ledger);
      const deleting: RecordingRow = { ...recording, status: 'deleting', due: writer.at };
      return {
        writes: [writer.change(item, deleting)],
        answer: { recording: deleting, version: item.version + 1 },
      };
    },
    signal,
  );
}

/**
 * One pass of a deletion, which may be cut anywhere and run again: stop the job, empty every place the recording
 * has, then leave a tombstone. While a worker still holds the job the pass ends early and comes back.
 */
export async function continueDeletion(
  ledger: Ledger,
  objects: Pick<UploadObjects, 'deleteVersions'>,
  recording: RecordingRow,
  signal?: AbortSignal,
): Promise<'waiting-for-worker' | 'deleted'> {
  const { tenant, uploadId, jobId } = recording;
  const job = await cancelJob(ledger, tenant, jobId, signal);
  if (job && job.phase !== 'done') {
    await postpone(ledger, recording, signal);
    return 'waiting-for-worker';
  }
  await objects.deleteVersions(sourcePrefix(tenant, uploadId), signal);
  await objects.deleteVersions(workPrefix(tenant, jobId), signal);
  await objects.deleteVersions(jobResultsPrefix(tenant, jobId), signal);
  await leaveTombstone(ledger, recording, signal);
  return 'deleted';
}

function postpone(ledger: Ledger, recording: RecordingRow, signal?: AbortSignal): Promise<null> {
  return decideAndWrite(
    ledger,
    [recordingKey(recording.tenant, recording.id)],
    ([item]) => {
      if (!item || recordingOf(item).status !== 'deleting') return { writes: [], answer: null };
      const writer = writerOf(ledger);
      const due = after(
        writer.at,
        Math.min(ledger.settings.deletionRetrySeconds, ledger.settings.leaseSeconds / 4),
      );
      return { writes: [writer.change(item, { ...recordingOf(item), due })], answer: null };
    },
    signal,
  );
}

/**
 * What remains tells that there was something, and nothing about it: no name, no content id, no result. It comes
 * due once more, for what a paused worker may have written after all.
 */
function leaveTombstone(ledger: Ledger, recording: RecordingRow, signal?: AbortSignal): Promise<null> {
  const { tenant, id, uploadId, jobId, source } = recording;
  return decideAndWrite(
    ledger,
    [
      recordingKey(tenant, id),
      uploadKey(tenant, uploadId),
      contentKey(tenant, source.contentId),
      jobKey(tenant, jobId),
    ],
    ([item, upload, content, job]) => {
      if (!item || recordingOf(item).status === 'available') return { writes: [], answer: null };
      const writer = writerOf(ledger);
      const current = recordingOf(item);
      const isSecondPass = current.status === 'deleted';
      // Another sweep has done this pass meanwhile; the next has its own time, whatever our clock says.
      if (current.status !== recording.status || (isSecondPass && current.due === null))
        return { writes: [], answer: null };
      const tombstone: RecordingRow = {
        ...current,
        status: 'deleted',
        sealedFileName: null,
        source: { ...current.source, contentId: '', versionId: '' },
        resultJobId: null,
        facts: null,
        deletedAt: current.deletedAt ?? writer.at,
        due: isSecondPass ? null : after(writer.at, ledger.settings.tombstoneSeconds),
      };
      const writes: Write[] = [writer.change(item, tombstone)];
      if (isSecondPass) return { writes, answer: null };
      if (upload) {
        const forgotten = { sealedFileName: null, preflight: null, declaredContentId: null };
        writes.push(writer.change(upload, { ...uploadOf(upload), ...forgotten }));
      }
      if (content && (content.data as ContentRow).recordingId === id) {
        writes.push({ kind: 'delete', key: { pk: content.pk, sk: content.sk }, expect: content.version });
      }
      if (job) {
        const { key, byteLength } = jobOf(job).source;
        const source = { key, byteLength, contentId: '', versionId: '' };
        writes.push(writer.change(job, { ...jobOf(job), source, result: null }));
      }
      writes.push(writer.announce('recording.deleted', tenant, id));
      return { writes, answer: null };
    },
    signal,
  );
}
