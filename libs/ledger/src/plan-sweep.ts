import { duePartition } from './indexes.ts';
import { DUE_SHARDS } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { JobRow, Row, UploadRow } from './rows.ts';
import { isUploadEnded } from './touch-upload.ts';

/** What the sweep does about a row that is due. */
export type SweepAction =
  | 'look for the bytes of an upload'
  | 'end an upload that has expired'
  | 'empty the places of an ended upload'
  | 'go on with a deletion'
  | 'empty the places of a deleted recording once more'
  | 'expire a job that waited too long'
  | 'end the back-off of a job'
  | 'ask the executor about a job'
  | 'stop a job at its deadline'
  | 'end a job whose worker did not stop';

export interface PlannedStep {
  readonly action: SweepAction;
  readonly kind: 'upload' | 'recording' | 'job';
  readonly tenant: string;
  readonly id: string;
  readonly due: string;
}

export interface SweepPlan {
  /** The first of each shard, not sorted. */
  readonly steps: readonly PlannedStep[];
  readonly counts: Readonly<Partial<Record<SweepAction, number>>>;
  /** false: more was due than was looked at. */
  readonly isComplete: boolean;
}

const MAX_PER_SHARD = 200;

/**
 * What a sweep would do now, without doing it. Leases are left out: whether a holder is silent is seen by watching its
 * heartbeats, which the dispatchers do.
 */
export async function planSweep(ledger: Ledger, maxSteps: number, signal?: AbortSignal): Promise<SweepPlan> {
  const now = ledger.clock().toISOString();
  const shards = await Promise.all(
    Array.from({ length: DUE_SHARDS }, (_, shard) =>
      ledger.store.query(
        { index: 'due', partition: duePartition(shard), before: now, limit: MAX_PER_SHARD },
        signal,
      ),
    ),
  );
  const steps = shards.flat().flatMap(({ data }) => plannedStep(data as Row, now) ?? []);
  const counts: Partial<Record<SweepAction, number>> = {};
  for (const { action } of steps) counts[action] = (counts[action] ?? 0) + 1;
  return {
    steps: steps.slice(0, maxSteps),
    counts,
    isComplete: shards.every(({ length }) => length < MAX_PER_SHARD),
  };
}

/** The step for one row; null when nothing is to be done about it yet. */
export function plannedStep(row: Row, now: string): PlannedStep | null {
  if (row.kind !== 'upload' && row.kind !== 'recording' && row.kind !== 'job') return null;
  const { kind, tenant, id, due } = row;
  if (due === null || due >= now) return null;
  const action =
    row.kind === 'upload' ? forUpload(row, now) : row.kind === 'job' ? forJob(row) : forRecording(row.status);
  return action && { action, kind, tenant, id, due };
}

function forUpload(upload: UploadRow, now: string): SweepAction {
  if (isUploadEnded(upload)) return 'empty the places of an ended upload';
  return upload.expiresAt <= now ? 'end an upload that has expired' : 'look for the bytes of an upload';
}

function forRecording(status: 'available' | 'deleting' | 'deleted'): SweepAction | null {
  if (status === 'available') return null;
  return status === 'deleting'
    ? 'go on with a deletion'
    : 'empty the places of a deleted recording once more';
}

function forJob(job: JobRow): SweepAction | null {
  switch (job.phase) {
    case 'backlog':
      return 'expire a job that waited too long';
    case 'retry_wait':
      return 'end the back-off of a job';
    case 'dispatching':
    case 'dispatched':
      return 'ask the executor about a job';
    case 'running':
      return 'stop a job at its deadline';
    case 'canceling':
      return 'end a job whose worker did not stop';
    case 'done':
      return null;
  }
}
