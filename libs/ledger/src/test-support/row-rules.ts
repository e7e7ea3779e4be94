import type { Item, Key } from '../ledger-store.ts';
import { jobKey, rangeKey, recordingKey, uploadKey } from '../keys.ts';
import type { JobRow, RangeRow, RecordingRow, Row, UploadRow } from '../rows.ts';
import type { LedgerSettings } from '../settings.ts';

/** Reads an item as it is right now. */
export type Look = (key: Key) => Item | undefined;

const isOpen = (upload: UploadRow) => ['pending', 'uploading', 'verifying'].includes(upload.status);

/** What must hold of every row at all times; empty when it does. */
export function faultsOfRow(item: Item, look: Look, settings: LedgerSettings): string[] {
  const row = item.data as Row;
  const says = (holds: boolean, fault: string) => (holds ? [] : [`${item.pk} ${item.sk}: ${fault}`]);
  const rowAt = <T extends Row>(key: Key) => look(key)?.data as T | undefined;
  const hasDue = 'due' in row && row.due !== null;
  const stands = says(
    !('due' in row) || hasDue === (item.indexes.due !== undefined),
    'due and its index differ',
  );
  switch (row.kind) {
    case 'upload': {
      const recording = rowAt<RecordingRow>(recordingKey(row.tenant, row.recordingId));
      const becameRecording = row.status === 'completed' && row.duplicateOf === null;
      return [
        ...stands,
        ...says(!isOpen(row) || hasDue, 'is open and never due'),
        ...says(
          isOpen(row) || becameRecording || hasDue || row.cleanedAt !== null,
          'its bytes stay for ever',
        ),
        ...says(!becameRecording || !hasDue, 'a recording’s bytes are due to be cleaned up'),
        ...says(becameRecording === (recording !== undefined), 'has a recording exactly when it became one'),
        ...says(!row.rejection || row.status === 'rejected', 'is rejected without being so'),
        ...says(isOpen(row) === (item.indexes.status !== undefined), 'is listed as open exactly when it is'),
      ];
    }
    case 'recording': {
      const upload = rowAt<UploadRow>(uploadKey(row.tenant, row.uploadId));
      const job = rowAt<JobRow>(jobKey(row.tenant, row.jobId));
      const resultJob = row.resultJobId === null ? null : rowAt<JobRow>(jobKey(row.tenant, row.resultJobId));
      return [
        ...stands,
        ...says(
          upload?.status === 'completed' && upload.duplicateOf === null,
          'came from no completed upload',
        ),
        ...says(job !== undefined && rowAt(rangeKey(row.tenant, row.jobId, 0)) !== undefined, 'has no job'),
        ...says(row.status !== 'deleting' || hasDue, 'is being deleted and never due'),
        ...says(resultJob === null || resultJob?.status === 'succeeded', 'its result job has not succeeded'),
        ...says(row.status !== 'deleted' || row.source.contentId === '', 'a tombstone tells the content'),
        ...says(row.status !== 'deleted' || row.sealedFileName === null, 'a tombstone tells the name'),
      ];
    }
    case 'job': {
      const range = rowAt<RangeRow>(rangeKey(row.tenant, row.id, 0));
      const recording = rowAt<RecordingRow>(recordingKey(row.tenant, row.recordingId));
      const isHeld = row.phase === 'running' || row.phase === 'canceling';
      const isDone = ['succeeded', 'failed', 'canceled', 'expired'].includes(row.status);
      const hasFailed = row.status === 'failed' || row.status === 'expired';
      const isTold = recording?.resultJobId === row.id || recording?.status === 'deleted';
      return [
        ...stands,
        ...says(isDone === (row.phase === 'done'), `status ${row.status} in phase ${row.phase}`),
        ...says(isDone !== hasDue, 'has a due exactly until it is done'),
        ...says(
          row.phase !== 'running' || (item.indexes.due?.sort ?? '~') <= `${range?.leaseUntil}~`,
          'is not looked at before the lease of its range runs out',
        ),
        ...says(
          (range?.owner != null) === isHeld,
          `is ${row.phase} and its range is held by ${range?.owner}`,
        ),
        ...says(isDone === (row.finishedAt !== null), 'has finished exactly when it is done'),
        ...says(row.result === null || row.status === 'succeeded', 'has a result without having succeeded'),
        ...says(row.status !== 'succeeded' || isTold, 'succeeded, and its recording does not know'),
        ...says(row.status !== 'failed' || row.error !== null, 'failed without a reason'),
        ...says(row.attempts <= settings.maxAttempts, 'too many attempts'),
        ...says(row.crashes <= Math.max(settings.maxCrashes, 2), 'too many crashes'),
        ...says(row.evictions <= settings.maxEvictions + 1, 'too many evictions'),
        ...says(row.lostDispatches <= settings.maxLostDispatches + 1, 'too many lost dispatches'),
        ...says(row.history.length <= 64, 'its history grows without end'),
        ...says(
          (row.phase === 'backlog' || (hasFailed && row.source.contentId !== '')) ===
            (item.indexes.backlog !== undefined),
          'is in the backlog exactly when it waits, or has failed',
        ),
      ];
    }
    case 'range':
      return [
        ...says(item.indexes.due === undefined, 'is found by its job, not by itself'),
        ...says((row.owner !== null) === hasDue, 'has a due exactly while it is held'),
        ...says((row.owner !== null) === (row.leaseUntil !== null), 'has a lease exactly while it is held'),
        ...says(!row.cancelRequested || row.owner !== null, 'nobody is asked to stop'),
        ...says(
          (row.owner !== null) === (item.indexes.active !== undefined),
          'counts as active exactly while it is held',
        ),
      ];
    case 'webhook':
      return [
        ...says((row.state === 'disabled') === (row.disabledReason !== null), 'is disabled without a reason'),
        ...says(row.failuresInARow > 0 === (row.failingSince !== null), 'fails since never'),
      ];
    case 'webhook-delivery':
      return [
        ...stands,
        ...says((row.status === 'pending') === hasDue, 'is on its way exactly while it is due'),
        ...says(
          (row.status === 'pending') === (row.finishedAt === null),
          'has finished exactly when it ended',
        ),
        ...says(item.expiresAt !== undefined, 'is kept for ever'),
      ];
    default:
      return [];
  }
}

/** What must hold between two versions of a row; empty when it does. */
export function faultsOfChange(before: Item, after: Item): string[] {
  const [old, row] = [before.data as Row, after.data as Row];
  const says = (holds: boolean, fault: string) => (holds ? [] : [`${after.pk} ${after.sk}: ${fault}`]);
  const version = says(after.version === before.version + 1, 'its version does not grow by one');
  if (old.kind === 'upload' && row.kind === 'upload') {
    return [
      ...version,
      ...says(isOpen(old) || old.status === row.status, `went from ${old.status} to ${row.status}`),
    ];
  }
  if (old.kind === 'recording' && row.kind === 'recording') {
    const order = ['available', 'deleting', 'deleted'];
    return [
      ...version,
      ...says(
        order.indexOf(row.status) >= order.indexOf(old.status),
        `went from ${old.status} to ${row.status}`,
      ),
    ];
  }
  if (old.kind === 'job' && row.kind === 'job') {
    const isRetry =
      row.phase === 'backlog' && old.status !== 'succeeded' && row.history.at(-1)?.what === 'retried by hand';
    return [
      ...version,
      ...says(
        old.phase !== 'done' || row.status === old.status || isRetry,
        `went from ${old.status} to ${row.status}`,
      ),
      ...says(row.dispatch >= old.dispatch, 'its dispatch number falls'),
      ...says(
        row.phase === 'dispatching' ? row.dispatch > old.dispatch || old.phase === row.phase : true,
        'was admitted under an old number',
      ),
      ...says(
        old.result === null || row.result === null || row.result.epoch === old.result.epoch,
        'its result was replaced',
      ),
    ];
  }
  if (old.kind === 'range' && row.kind === 'range') {
    const isOtherHolder = row.owner !== null && row.owner !== old.owner;
    const isEvicted = old.owner !== null && row.owner === null && row.progress.stage === 'waiting';
    return [
      ...version,
      ...says(row.epoch >= old.epoch, 'its epoch falls'),
      ...says(!(isOtherHolder || isEvicted) || row.epoch > old.epoch, 'changed hands under the same epoch'),
      ...says(row.epoch > old.epoch || row.sequence >= old.sequence, 'its heartbeat sequence falls'),
    ];
  }
  if (old.kind === 'webhook-delivery' && row.kind === 'webhook-delivery') {
    return [
      ...version,
      ...says(old.status === 'pending', `was ${old.status} and became ${row.status}`),
      ...says(row.attempts >= old.attempts, 'its attempts fall'),
      ...says(JSON.stringify(row.event) === JSON.stringify(old.event), 'says something else than before'),
    ];
  }
  return version;
}
