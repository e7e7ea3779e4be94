import type { JobStatus } from '@edf-pipeline/contracts';
import { AUDIT_YEARS } from './audit.ts';
import { changedPartition, listPartition, statusPartition } from './indexes.ts';
import { auditKey, jobKey, recordingKey, uploadKey } from './keys.ts';
import type { Item, Query } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { jobOf, rangeOf, recordingOf, uploadOf, writerOf } from './ledger.ts';
import type { AuditRow } from './audit-row.ts';
import type { JobRow, RangeRow, RecordingRow, Row, UploadRow } from './rows.ts';

/** A row and a number that grows whenever it changes. */
export interface Versioned<T> {
  readonly row: T;
  readonly version: number;
}

/** A job with its ranges, read at once; their versions together make its version. */
export interface JobWithRanges extends Versioned<JobRow> {
  readonly ranges: readonly RangeRow[];
}

export async function readUpload(
  ledger: Ledger,
  tenant: string,
  id: string,
  signal?: AbortSignal,
): Promise<Versioned<UploadRow> | null> {
  const item = await ledger.store.get(uploadKey(tenant, id), signal);
  return item ? { row: uploadOf(item), version: item.version } : null;
}

/** A tombstone reads as nothing. */
export async function readRecording(
  ledger: Ledger,
  tenant: string,
  id: string,
  signal?: AbortSignal,
): Promise<Versioned<RecordingRow> | null> {
  const found = await readRecordingOrTombstone(ledger, tenant, id, signal);
  return found?.row.status === 'deleted' ? null : found;
}

/** What is left of a recording too, to tell clients that it is gone. */
export async function readRecordingOrTombstone(
  ledger: Ledger,
  tenant: string,
  id: string,
  signal?: AbortSignal,
): Promise<Versioned<RecordingRow> | null> {
  const item = await ledger.store.get(recordingKey(tenant, id), signal);
  return item ? { row: recordingOf(item), version: item.version } : null;
}

export async function readJob(
  ledger: Ledger,
  tenant: string,
  id: string,
  signal?: AbortSignal,
): Promise<JobWithRanges | null> {
  const { pk } = jobKey(tenant, id);
  const items = await ledger.store.query({ index: 'primary', partition: pk, limit: 1_000 }, signal);
  const job = items.find(({ sk }) => sk === 'JOB');
  if (!job) return null;
  const ranges = items.filter(({ sk }) => sk.startsWith('RANGE#'));
  return {
    row: jobOf(job),
    ranges: ranges.map(rangeOf),
    version: items.reduce((sum, { version }) => sum + version, 0),
  };
}

export interface ListQuery {
  readonly limit: number;
  /** Sort key of the last row of the page before. */
  readonly olderThan?: string;
}

export interface Listed<T> {
  readonly rows: readonly Versioned<T>[];
  readonly olderThan: string | null;
}

export function listUploads(
  ledger: Ledger,
  tenant: string,
  state: 'open' | 'all',
  query: ListQuery,
  signal?: AbortSignal,
) {
  return state === 'open'
    ? newestFirst<UploadRow>(ledger, 'status', statusPartition(tenant, 'upload', 'open'), query, signal)
    : newestFirst<UploadRow>(ledger, 'list', listPartition(tenant, 'upload'), query, signal);
}

export function listRecordings(ledger: Ledger, tenant: string, query: ListQuery, signal?: AbortSignal) {
  return newestFirst<RecordingRow>(ledger, 'list', listPartition(tenant, 'recording'), query, signal);
}

export function listJobs(
  ledger: Ledger,
  tenant: string,
  status: JobStatus | undefined,
  query: ListQuery,
  signal?: AbortSignal,
) {
  return status
    ? newestFirst<JobRow>(ledger, 'status', statusPartition(tenant, 'job', status), query, signal)
    : newestFirst<JobRow>(ledger, 'list', listPartition(tenant, 'job'), query, signal);
}

/** A page of an index, with what the next one begins after. */
export async function newestFirst<T>(
  ledger: Ledger,
  index: 'list' | 'status',
  partition: string,
  { limit, olderThan }: ListQuery,
  signal?: AbortSignal,
): Promise<Listed<T>> {
  const query: Query = { index, partition, before: olderThan, descending: true, limit: limit + 1 };
  const items = await ledger.store.query(query, signal);
  const shown = items.slice(0, limit);
  const hasMore = items.length > limit;
  return {
    rows: shown.map((item) => ({ row: item.data as T, version: item.version })),
    olderThan: hasMore ? (shown.at(-1)?.indexes[index]?.sort ?? null) : null,
  };
}

/** What has changed: the kind of object and its id, in the order of change. */
export interface ChangedObject {
  readonly kind: 'upload' | 'recording' | 'job';
  readonly id: string;
  /** Position in the feed. */
  readonly position: string;
  /** Of the row that tells of it: with the position it names one change. */
  readonly entryVersion: number;
}

/**
 * Objects of a tenant whose last change lies at or behind `from`, oldest first, from up to `limit` entries of the feed:
 * an entry may tell of several objects that changed together.
 */
export async function changedSince(
  ledger: Ledger,
  tenant: string,
  from: string,
  limit: number,
  signal?: AbortSignal,
): Promise<ChangedObject[]> {
  const query: Query = { index: 'changed', partition: changedPartition(tenant), from, limit };
  const items = await ledger.store.query(query, signal);
  return items.flatMap(changedObject);
}

function changedObject(item: Item): ChangedObject[] {
  const row = item.data as Row;
  const position = item.indexes.changed?.sort;
  if (position === undefined) return [];
  const told = (kind: ChangedObject['kind'], id: string): ChangedObject => ({
    kind,
    id,
    position,
    entryVersion: item.version,
  });
  switch (row.kind) {
    case 'upload':
      return [told('upload', row.id)];
    case 'recording': {
      const recording = told('recording', row.id);
      if (row.status !== 'available') return [recording];
      return [told('upload', row.uploadId), recording, told('job', row.jobId)];
    }
    case 'job': {
      const job = told('job', row.id);
      return row.status === 'succeeded' ? [job, told('recording', row.recordingId)] : [job];
    }
    case 'range':
      return [told('job', row.jobId)];
    default:
      return [];
  }
}

/** Notes who did what to what; an access whose note cannot be written does not happen. */
export async function writeAudit(
  ledger: Ledger,
  entry: Omit<AuditRow, 'kind' | 'at'>,
  signal?: AbortSignal,
): Promise<void> {
  const writer = writerOf(ledger);
  const row: AuditRow = { kind: 'audit', ...entry, at: writer.at };
  const expiresAt = Math.floor(ledger.clock().getTime() / 1000) + AUDIT_YEARS * 366 * 86_400;
  await ledger.store.write(
    [writer.create(auditKey(entry.tenant, writer.at, ledger.newId()), row, { expiresAt })],
    signal,
  );
}
