import type { Indexes } from './ledger-store.ts';
import { DUE_SHARDS, shardOf } from './keys.ts';
import type { JobRow, Pool, RangeRow, RecordingRow, UploadRow } from './rows.ts';

export const duePartition = (shard: number) => `DUE#${shard.toString(16)}`;
export const backlogPartition = (pool: Pool) => `BACKLOG#${pool}`;
export const activePartition = (tenant: string, pool: Pool) => `ACTIVE#${tenant}#${pool}`;
export const listPartition = (tenant: string, kind: 'upload' | 'recording' | 'job') =>
  `LIST#${tenant}#${kind}`;
export const statusPartition = (tenant: string, kind: 'upload' | 'job', status: string) =>
  `STATUS#${tenant}#${kind}#${status}`;
export const changedPartition = (tenant: string) => `CHANGED#${tenant}`;

const MAX_PRIORITY_SECONDS = 86_400;

const dueEntry = (due: string | null, id: string): Indexes =>
  due === null ? {} : { due: { partition: duePartition(shardOf(id, DUE_SHARDS)), sort: `${due}#${id}` } };

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

export function recordingIndexes(row: RecordingRow, at: string): Indexes {
  return {
    ...dueEntry(row.due, row.id),
    ...changedEntry(row.tenant, at, row.id),
    ...(row.status !== 'deleted' && {
      list: { partition: listPartition(row.tenant, 'recording'), sort: `${row.createdAt}#${row.id}` },
    }),
  };
}

export function jobIndexes(row: JobRow, at: string): Indexes {
  const newestFirst = `${row.createdAt}#${row.id}`;
  const isWaiting = row.phase === 'backlog';
  const isHandedOut = row.phase === 'dispatching' || row.phase === 'dispatched';
  return {
    ...dueEntry(row.due, row.id),
    ...changedEntry(row.tenant, at, row.id),
    list: { partition: listPartition(row.tenant, 'job'), sort: newestFirst },
    status: { partition: statusPartition(row.tenant, 'job', row.status), sort: newestFirst },
    ...(isWaiting && { backlog: { partition: backlogPartition(row.pool), sort: backlogSort(row) } }),
    ...(isHandedOut &&
      row.due !== null && {
        active: { partition: activePartition(row.tenant, row.pool), sort: `${row.due}#${row.id}` },
      }),
  };
}

export function rangeIndexes(row: RangeRow, at: string): Indexes {
  const id = `${row.jobId}#${row.range}`;
  return {
    ...dueEntry(row.due, id),
    ...changedEntry(row.tenant, at, id),
    ...(row.leaseUntil !== null && {
      active: { partition: activePartition(row.tenant, row.pool), sort: `${row.leaseUntil}#${id}` },
    }),
  };
}

/** Tenant, then urgency: a priority is so many seconds of head start over the tenant's other jobs. */
function backlogSort(row: JobRow): string {
  const priority = Math.min(Math.max(row.priority, 0), MAX_PRIORITY_SECONDS);
  const since = new Date(new Date(row.createdAt).getTime() - priority * 1000).toISOString();
  return `${row.tenant}#${since}#${row.id}`;
}
