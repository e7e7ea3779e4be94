import type { FailureClass, JobError } from '@edf-pipeline/contracts';
import { after } from './ledger.ts';
import type { JobHistoryEntry, JobRow, RangeRow } from './rows.ts';
import type { LedgerSettings } from './settings.ts';

const HISTORY_LENGTH = 64;

/** The first entries tell how it began, the last how it went on; what is dropped lies between. */
export function withHistory(job: JobRow, entry: JobHistoryEntry): readonly JobHistoryEntry[] {
  const history = [...job.history, entry];
  return history.length <= HISTORY_LENGTH ? history : [...history.slice(0, 8), ...history.slice(9)];
}

export const isEnded = (job: JobRow) => job.phase === 'done';

type EndStatus = 'succeeded' | 'failed' | 'canceled' | 'expired';

/** The job in its last state: nothing is due any more. */
export function ended(
  job: JobRow,
  at: string,
  status: EndStatus,
  entry: Omit<JobHistoryEntry, 'at'>,
): JobRow {
  return {
    ...job,
    status,
    phase: 'done',
    due: null,
    executorRef: null,
    finishedAt: at,
    history: withHistory(job, { at, ...entry }),
  };
}

/** The job back in the queue of its tenant. */
export function backInBacklog(
  job: JobRow,
  at: string,
  settings: LedgerSettings,
  entry: Omit<JobHistoryEntry, 'at'>,
): JobRow {
  return {
    ...job,
    status: 'queued',
    phase: 'backlog',
    executorRef: null,
    due: after(at, settings.backlogSeconds),
    history: withHistory(job, { at, ...entry }),
  };
}

/** The range without a holder; whoever held it is fenced off by the new epoch. */
export function unleased(range: RangeRow): RangeRow {
  return {
    ...range,
    epoch: range.epoch + 1,
    owner: null,
    leaseUntil: null,
    cancelRequested: false,
    due: null,
    progress: { ...range.progress, stage: 'waiting', doneBytes: 0 },
  };
}

/** The range at its end, keeping what was reached. */
export function closed(range: RangeRow): RangeRow {
  return { ...range, owner: null, leaseUntil: null, due: null };
}

export interface Failure {
  readonly class: FailureClass;
  /** Stable code: a finding name, or one of the pipeline's. */
  readonly code: string;
  /** A sentence; never holds bytes of the file. */
  readonly message: string;
  readonly offset?: number;
  readonly field?: string;
  /** It took so long to notice that no back-off is needed before the next try. */
  readonly isOldNews?: boolean;
}

/**
 * The one place that decides whether a job that failed is tried again.
 *
 * invalid_input and timeout: never · transient: with back-off, up to maxAttempts · infrastructure: at once, up to
 * maxEvictions, not charged · resource: once more (on the next size, where there is one) · crash: up to maxCrashes (at
 * once where only a lease that ran out told of it), then it stays failed, quarantined with its input kept.
 *
 * @param random 0 ≤ x < 1: jitter over the upper half of the back-off
 */
export function afterFailure(
  job: JobRow,
  failure: Failure,
  at: string,
  settings: LedgerSettings,
  random: number,
): JobRow {
  const charged: JobRow = {
    ...job,
    attempts: job.attempts + (failure.class === 'transient' ? 1 : 0),
    evictions: job.evictions + (failure.class === 'infrastructure' ? 1 : 0),
    crashes: job.crashes + (failure.class === 'crash' || failure.class === 'resource' ? 1 : 0),
  };
  const entry = { what: 'failed', class: failure.class, code: failure.code, dispatch: job.dispatch };
  const isRetried = hasBudget(charged, failure.class, settings);
  const error: JobError = {
    class: failure.class,
    code: failure.code,
    message: failure.message,
    ...(failure.offset !== undefined && { offset: failure.offset }),
    ...(failure.field !== undefined && { field: failure.field }),
    retryable: isRetried,
  };
  if (!isRetried) return { ...ended(charged, at, 'failed', entry), error };
  if (failure.class === 'infrastructure') return backInBacklog(charged, at, settings, entry);
  if (failure.isOldNews) return { ...backInBacklog(charged, at, settings, entry), error };
  return {
    ...charged,
    status: 'queued',
    phase: 'retry_wait',
    executorRef: null,
    error,
    due: after(at, backoffSeconds(charged.attempts + charged.crashes, settings, random)),
    history: withHistory(charged, { at, ...entry }),
  };
}

function hasBudget(job: JobRow, failureClass: FailureClass, settings: LedgerSettings): boolean {
  switch (failureClass) {
    case 'transient':
      return job.attempts < settings.maxAttempts;
    case 'infrastructure':
      return job.evictions <= settings.maxEvictions;
    case 'resource':
      return job.crashes < 2;
    case 'crash':
      return job.crashes < settings.maxCrashes;
    case 'invalid_input':
    case 'timeout':
      return false;
  }
}

function backoffSeconds(failures: number, settings: LedgerSettings, random: number): number {
  const ceiling = Math.min(settings.maxBackoffSeconds, settings.backoffSeconds * 2 ** (failures - 1));
  return ceiling * (0.5 + random / 2);
}
