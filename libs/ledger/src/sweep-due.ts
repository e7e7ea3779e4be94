import { admittedAs } from './admit.ts';
import { atOnce } from './at-once.ts';
import { cleanUpUpload } from './clean-up-upload.ts';
import { forceCancel } from './cancel.ts';
import { continueDeletion } from './delete-recording.ts';
import type { FinalizeDeps } from './finalize-upload.ts';
import { endUpload } from './end-upload.ts';
import { finalizeUpload } from './finalize-upload.ts';
import { loseDispatch } from './dispatch.ts';
import { duePartition } from './indexes.ts';
import { DUE_SHARDS } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { LeaseObserver } from './lease-observer.ts';
import { loseLease, silentWorker } from './lose-lease.ts';
import type { JobRow, RangeRow, RecordingRow, Row, UploadRow } from './rows.ts';
import type { WebhookDeliveryRow } from './webhook-rows.ts';
import { readJob } from './read.ts';
import { isUploadEnded, touchUpload } from './touch-upload.ts';
import { endBackoff, expireJob, timeOutJob } from './wake-job.ts';

export interface SweepDeps extends FinalizeDeps {
  readonly observer: LeaseObserver;
  /** Handed-out work is overdue: ask the executor, then hand it out again, leave it or take it back. */
  readonly checkDispatch: (job: JobRow, signal?: AbortSignal) => Promise<void>;
  /** A delivery is due: sends it, or sees to it that it is sent. It must not wait for a stranger's server. */
  readonly sendDelivery?: (delivery: WebhookDeliveryRow, signal?: AbortSignal) => Promise<void>;
  /** One row could not be dealt with; it stays due and is looked at again. */
  readonly onError: (error: unknown, row: Row) => void;
}

const ROWS_PER_PAGE = 200;
const ROWS_AT_ONCE = 16;
const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);

/**
 * What is due, by how long dealing with it may take: `objects` are uploads and recordings, where the object store may
 * need minutes to put a file together or to delete it; all else is `work`, which must not wait for that.
 */
export type DueLane = 'work' | 'objects';

/**
 * Looks at every row whose `due` has passed and does what is to be done, several at a time; answers how many there
 * were. Any number of sweeps may run at once: each action is a conditional write of its own.
 *
 * @param lane what to look at; all of it when absent
 */
export async function sweepDue(deps: SweepDeps, signal?: AbortSignal, lane?: DueLane): Promise<number> {
  const before = deps.ledger.clock().toISOString();
  const acting = atOnce(ROWS_AT_ONCE);
  const act = async (row: Row) => {
    try {
      await actOn(deps, row, signal);
    } catch (error) {
      if (!signal?.aborted) deps.onError(error, row);
    }
  };
  let count = 0;
  const sweepShard = async (shard: number) => {
    for await (const row of everyDue(deps.ledger, shard, before, signal)) {
      if (isLookedAtEarly(row, before) || (lane && lane !== laneOf(row))) continue;
      await acting.begin(async () => {
        if (signal?.aborted) return;
        count += 1;
        await act(row);
      });
      if (signal?.aborted) return;
    }
  };
  // At once: an answer that does not come keeps one shard waiting, not those after it.
  const read = await Promise.allSettled(shards.map(sweepShard));
  await acting.ended();
  const unread = read.find((shard) => shard.status === 'rejected');
  if (unread) throw unread.reason;
  signal?.throwIfAborted();
  return count;
}

const laneOf = ({ kind }: Row): DueLane => (kind === 'upload' || kind === 'recording' ? 'objects' : 'work');

/**
 * At start: whatever a process that is known to be gone had in hand is taken back now, without waiting for it to
 * come due. `isGone` answers for the owners and executors of this deployment alone.
 */
export async function recoverFromGone(
  deps: SweepDeps,
  isGone: (ownerOrExecutor: string) => boolean,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const shard of shards) {
    for await (const row of everyDue(deps.ledger, shard, undefined, signal)) {
      if (row.kind !== 'job') continue;
      const isHandedOut = row.phase === 'dispatching' || row.phase === 'dispatched';
      if (isHandedOut && (row.executorRef === null || isGone(row.executorRef))) {
        await takeBack(deps, row, signal);
        count += 1;
      }
      for (const range of await heldRanges(deps.ledger, row, signal)) {
        if (range.owner === null || !isGone(range.owner)) continue;
        await loseLease(deps.ledger, range, interrupted, signal);
        count += 1;
      }
    }
  }
  return count;
}

/** Ranges of a job that workers hold, strongly consistent; none but of one that runs or is being canceled. */
async function heldRanges(ledger: Ledger, job: JobRow, signal?: AbortSignal): Promise<RangeRow[]> {
  if (!isHeld(job)) return [];
  const found = await readJob(ledger, job.tenant, job.id, signal);
  return found?.ranges.filter(({ owner }) => owner !== null) ?? [];
}

/** Work that was handed to an executor that is gone goes back; work that was on its way is handed out again. */
function takeBack(deps: SweepDeps, job: JobRow, signal?: AbortSignal): Promise<unknown> {
  if (job.executorRef === null) return deps.checkDispatch(job, signal);
  return loseDispatch(deps.ledger, admittedAs(job), false, signal);
}

/** Page by page to the end: rows that cannot be dealt with now must not hide those behind them. */
async function* everyDue(
  ledger: Ledger,
  shard: number,
  before: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<Row> {
  let from: string | undefined;
  for (;;) {
    const query = {
      index: 'due',
      partition: duePartition(shard),
      from,
      before,
      limit: ROWS_PER_PAGE,
    } as const;
    const items = await ledger.store.query(query, signal);
    for (const item of items) yield item.data as Row;
    const last = items.at(-1)?.indexes.due;
    if (!last || items.length < ROWS_PER_PAGE) return;
    from = `${last.sort}\u0000`;
  }
}

/**
 * An index entry may stand earlier than its row is due. Jobs that a worker holds are looked at all the same: the sooner the
 * observer sees a heartbeat, the sooner it knows that the next one is missing.
 */
const isLookedAtEarly = (row: Row, before: string) =>
  isNotYetDue(row, before) && !(row.kind === 'job' && isHeld(row));

const isHeld = ({ phase }: JobRow) => phase === 'running' || phase === 'canceling';

const isNotYetDue = (row: Row, before: string) => 'due' in row && row.due !== null && row.due >= before;

/** People see the message when this was once too often; before, the job goes on by itself. */
const interrupted = {
  class: 'infrastructure',
  code: 'worker-gone',
  message: 'Time after time the worker’s process ended before the job was finished. It can be run again.',
} as const;

async function actOn(deps: SweepDeps, row: Row, signal?: AbortSignal): Promise<unknown> {
  switch (row.kind) {
    case 'upload':
      return actOnUpload(deps, row, signal);
    case 'recording':
      return actOnRecording(deps, row, signal);
    case 'job':
      return actOnJob(deps, row, signal);
    case 'webhook-delivery':
      return deps.sendDelivery?.(row, signal);
    default:
      return undefined;
  }
}

async function actOnUpload(deps: SweepDeps, upload: UploadRow, signal?: AbortSignal): Promise<void> {
  if (isUploadEnded(upload)) return cleanUpUpload(deps.ledger, deps.objects, upload, signal);
  const isAnnouncedComplete = upload.status === 'verifying';
  const finalized = await finalizeUpload(deps, upload.tenant, upload.id, isAnnouncedComplete, signal);
  if (finalized.outcome !== 'incomplete') return;
  const isExpired = upload.expiresAt <= deps.ledger.clock().toISOString();
  if (isExpired) await endUpload(deps.ledger, upload.tenant, upload.id, 'expired', null, signal);
  else await touchUpload(deps.ledger, upload.tenant, upload.id, signal);
}

function actOnRecording(deps: SweepDeps, recording: RecordingRow, signal?: AbortSignal): Promise<unknown> {
  if (recording.status === 'available') return Promise.resolve();
  return continueDeletion(deps.ledger, deps.objects, recording, signal);
}

function actOnJob(deps: SweepDeps, job: JobRow, signal?: AbortSignal): Promise<unknown> {
  const { ledger } = deps;
  switch (job.phase) {
    case 'backlog':
      return expireJob(ledger, job.tenant, job.id, signal);
    case 'retry_wait':
      return endBackoff(ledger, job.tenant, job.id, signal);
    case 'dispatching':
    case 'dispatched':
      return deps.checkDispatch(job, signal);
    case 'running':
    case 'canceling':
      return actOnHeld(deps, job, signal);
    case 'done':
      return Promise.resolve();
  }
}

async function actOnHeld(deps: SweepDeps, job: JobRow, signal?: AbortSignal): Promise<void> {
  for (const range of await heldRanges(deps.ledger, job, signal)) await actOnRange(deps, range, signal);
  if (isNotYetDue(job, deps.ledger.clock().toISOString())) return;
  const end = job.phase === 'running' ? timeOutJob : forceCancel;
  await end(deps.ledger, job.tenant, job.id, signal);
}

async function actOnRange(deps: SweepDeps, range: RangeRow, signal?: AbortSignal): Promise<void> {
  if (!deps.observer.isSilent(range)) return;
  await loseLease(deps.ledger, range, { ...silentWorker, isOldNews: true }, signal);
  deps.observer.forget(range);
}
