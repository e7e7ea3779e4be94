import type { FailureClass } from '@edf-pipeline/contracts';
import { MAX_PRIORITY_SECONDS } from '@edf-pipeline/contracts';
import type { IndexEntry, Indexes } from './ledger-store.ts';
import { DUE_SHARDS, shardOf } from './keys.ts';
import type { JobRow, Pool, RangeRow, RecordingRow, UploadRow } from './rows.ts';
import type { WebhookDeliveryRow } from './webhook-rows.ts';

export const duePartition = (shard: number) => `DUE#${shard.toString(16)}`;
export const backlogPartition = (pool: Pool) => `BACKLOG#${pool}`;
/** Jobs of all tenants that ended without a result, by cause: they wait for an operator. */
export const failedPartition = (cause: FailureCause) => `FAILED#${cause}`;
export const activePartition = (tenant: string, pool: Pool) => `ACTIVE#${tenant}#${pool}`;
export const listPartition = (tenant: string, kind: 'upload' | 'recording' | 'job') =>
  `LIST#${tenant}#${kind}`;
export const statusPartition = (tenant: string, kind: 'upload' | 'job', status: string) =>
  `STATUS#${tenant}#${kind}#${status}`;
export const changedPartition = (tenant: string) => `CHANGED#${tenant}`;

const dueEntry = (due: string | null, id: string): Indexes =>
  due === null ? {} : { due: { partition: duePartition(shardOf(id, DUE_SHARDS)), sort: `${due}#${id}` } };

const INSTANT_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/** The entry that stands, unless it is later than `lookBy`: moving one costs a store two writes. */
export function earlierLook(standing: IndexEntry | undefined, due: IndexEntry, lookBy: string): IndexEntry {
  const latest = { ...due, sort: `${lookBy}${due.sort.slice(INSTANT_LENGTH)}` };
  return standing && standing.sort <= latest.sort ? standing : latest;
}

const changedEntry = (tenant: string, at: string, id: string): Indexes => ({
  changed: { partition: changedPartition(tenant), sort: `${at}#${id}` },
});

/** Where each row stands in the sparse indexes: a function of the row alone (and of when it changed). */
export function uploadIndexes(row: UploadRow, at: string): Indexes {
  const newestFirst = `${row.createdAt}#${row.id}`;
  const isOpen = row.status === 'pending' || row.status === 'uploading' || row.status === 'verifying';
  return {
    ...dueEntry(row.due, row.id),
    ...changedEntry(row.tenant, at, row.id),
    list: { partition: listPartition(row.tenant, 'upload'), sort: newestFirst },
    ...(isOpen && {
      status: { partition: statusPartition(row.tenant, 'upload', 'open'), sort: newestFirst },
    }),
  };
}

/** The feed tells of its upload and its job with it, when it begins. */
export function recordingIndexes(row: RecordingRow, at: string): Indexes {
  return {
    ...dueEntry(row.due, row.id),
    ...changedEntry(row.tenant, at, row.id),
    ...(row.status !== 'deleted' && {
      list: { partition: listPartition(row.tenant, 'recording'), sort: `${row.createdAt}#${row.id}` },
    }),
  };
}

/** One that has just been accepted is told of with its recording. */
export function jobIndexes(row: JobRow, at: string): Indexes {
  const isNew = row.history.length === 1;
  const newestFirst = `${row.createdAt}#${row.id}`;
  const isWaiting = row.phase === 'backlog';
  const isHandedOut = row.phase === 'dispatching' || row.phase === 'dispatched';
  return {
    ...dueEntry(row.due, row.id),
    ...(!isNew && changedEntry(row.tenant, at, row.id)),
    list: { partition: listPartition(row.tenant, 'job'), sort: newestFirst },
    status: { partition: statusPartition(row.tenant, 'job', row.status), sort: newestFirst },
    ...(isWaiting && { backlog: { partition: backlogPartition(row.pool), sort: backlogSort(row) } }),
    ...failedEntry(row),
    ...(isHandedOut && { active: { partition: activePartition(row.tenant, row.pool), sort: row.id } }),
  };
}

/** Why a job ended without a result: its error's class, or that it waited for too long. */
export type FailureCause = FailureClass | 'expired';

/**
 * Operators look across tenants, by cause. A failed job is the rare one, and has left every other place of this index:
 * its entry here costs one write when it fails, and no other job pays for it. Within a class by code, then by time.
 */
function failedEntry(row: JobRow): Indexes {
  const cause = row.status === 'expired' ? 'expired' : row.status === 'failed' ? row.error?.class : undefined;
  // Of a recording that is deleted nothing is left to try again.
  if (cause === undefined || row.finishedAt === null || row.source.contentId === '') return {};
  const code = row.status === 'expired' ? 'expired' : row.error?.code;
  return { backlog: { partition: failedPartition(cause), sort: `${code}#${row.finishedAt}#${row.id}` } };
}

/**
 * In the feed by the news of its progress alone: whatever else changes it changes its job too. The sweep finds it
 * through its job.
 */
export function rangeIndexes(row: RangeRow, at: string): Indexes {
  const id = `${row.jobId}#${row.range}`;
  return {
    ...(row.epoch > 0 && changedEntry(row.tenant, at, id)),
    ...(row.leaseUntil !== null && {
      active: { partition: activePartition(row.tenant, row.pool), sort: id },
    }),
  };
}

export const deliveriesPartition = (tenant: string, webhookId: string) =>
  `LIST#${tenant}#webhook-delivery#${webhookId}`;

/** Found by the sweep while it is on its way, and by its endpoint for as long as it is kept. */
export function webhookDeliveryIndexes(row: WebhookDeliveryRow): Indexes {
  return {
    ...dueEntry(row.due, row.id),
    list: { partition: deliveriesPartition(row.tenant, row.webhookId), sort: `${row.createdAt}#${row.id}` },
  };
}

/** Tenant, then urgency: a priority is so many seconds of head start over the tenant's other jobs. */
function backlogSort(row: JobRow): string {
  const priority = Math.min(Math.max(row.priority, 0), MAX_PRIORITY_SECONDS);
  const since = new Date(new Date(row.createdAt).getTime() - priority * 1000).toISOString();
  return `${row.tenant}#${since}#${row.id}`;
}
