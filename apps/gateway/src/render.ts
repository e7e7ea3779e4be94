import type { Job, Recording, Upload } from '@edf-pipeline/contracts';
import type { JobWithRanges, RecordingRow, UploadRow, Versioned } from '@edf-pipeline/ledger';
import type { FileNameSeal } from './file-name-seal.ts';

/** Rows as the API shows them. */
export function renderUpload(seal: FileNameSeal, { row, version }: Versioned<UploadRow>): Upload {
  return {
    id: row.id,
    status: row.status,
    rejection: row.rejection,
    fileName: openName(seal, row),
    byteLength: row.byteLength,
    method: row.method,
    partByteLength: row.partByteLength,
    partCount: row.partCount,
    recordingId: row.duplicateOf?.recordingId ?? row.recordingId,
    jobId: row.duplicateOf?.jobId ?? row.jobId,
    isDuplicate: row.duplicateOf !== null,
    preflight: row.preflight,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    version,
  };
}

export function renderJob({ row, ranges, version }: JobWithRanges): Job {
  const progress = ranges.reduce(
    (sum, { progress: { stage, doneBytes, totalBytes } }) => ({
      stage: sum.stage === 'waiting' ? stage : sum.stage,
      doneBytes: sum.doneBytes + doneBytes,
      totalBytes: sum.totalBytes + totalBytes,
    }),
    { stage: 'waiting' as Job['progress']['stage'], doneBytes: 0, totalBytes: 0 },
  );
  return {
    id: row.id,
    recordingId: row.recordingId,
    pipeline: row.pipeline,
    status: row.status,
    phase: row.phase,
    progress,
    attempts: row.attempts,
    evictions: row.evictions,
    crashes: row.crashes,
    error: row.error,
    retryAt: row.phase === 'retry_wait' ? row.due : null,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    version,
  };
}

/** @param job its newest job, when it is wanted and there */
export function renderRecording(
  seal: FileNameSeal,
  { row, version }: Versioned<RecordingRow>,
  job: JobWithRanges | null,
): Recording {
  return {
    id: row.id,
    status: row.status,
    uploadId: row.uploadId,
    fileName: openName(seal, row),
    byteLength: row.source.byteLength,
    contentId: row.source.contentId,
    job: job && renderJob(job),
    facts: row.facts ?? null,
    resultJobId: row.resultJobId,
    createdAt: row.createdAt,
    version,
  };
}

function openName(seal: FileNameSeal, row: { tenant: string; sealedFileName: string | null }): string | null {
  return row.sealedFileName === null ? null : seal.open(row.tenant, row.sealedFileName);
}
