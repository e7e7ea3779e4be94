import type { Ledger } from './ledger.ts';
import { decideAndWrite, jobOf, rangeOf, writerOf } from './ledger.ts';
import type { Failure } from './job-state.ts';
import { afterFailure, ended, unleased } from './job-state.ts';
import { leaseKeys } from './lease.ts';
import type { RangeRow } from './rows.ts';

/** A worker that has died, or cannot be told from one that has: the file may be the reason. */
export const silentWorker: Failure = {
  class: 'crash',
  code: 'worker-silent',
  message: 'The worker went silent while it read this file; the file is kept for the operator to look at.',
};

/**
 * Takes a range from a holder that has gone silent. The heartbeat sequence that was seen unchanged is part of the
 * condition: a holder that came back meanwhile keeps its lease.
 */
export function loseLease(
  ledger: Ledger,
  seen: Pick<RangeRow, 'tenant' | 'jobId' | 'range' | 'epoch' | 'sequence'>,
  failure: Failure,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    leaseKeys(seen),
    ([jobItem, rangeItem]) => {
      if (!jobItem || !rangeItem) return { writes: [], answer: false };
      const job = jobOf(jobItem);
      const range = rangeOf(rangeItem);
      const isAsSeen = range.owner !== null && range.epoch === seen.epoch && range.sequence === seen.sequence;
      if (!isAsSeen || job.phase === 'done') return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const next = range.cancelRequested
        ? ended(job, writer.at, 'canceled', { what: 'canceled' })
        : afterFailure(job, failure, writer.at, ledger.settings, ledger.random());
      const writes = [
        writer.change(jobItem, next),
        writer.change(rangeItem, unleased(range), { isNews: false }),
      ];
      if (next.status === 'failed') writes.push(writer.announce('job.failed', seen.tenant, seen.jobId));
      if (next.status === 'canceled') writes.push(writer.announce('job.canceled', seen.tenant, seen.jobId));
      return { writes, answer: true };
    },
    signal,
  );
}
