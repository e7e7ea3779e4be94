import type { AttemptOutcome, AttemptUsage } from '@edf-pipeline/contracts';
import { usageWrites } from './attempt-usage.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, writerOf } from './ledger.ts';
import type { Lease } from './lease.ts';
import { heldBy, leaseKeys } from './lease.ts';
import type { Failure } from './job-state.ts';
import { afterFailure, ended, unleased } from './job-state.ts';
import type { JobRow, RangeRow } from './rows.ts';

/** The holder could not finish: the job is tried again or has failed, as `afterFailure` decides. */
export function failRange(
  ledger: Ledger,
  lease: Lease,
  failure: Failure,
  signal?: AbortSignal,
  usage?: AttemptUsage,
): Promise<'done' | 'lost'> {
  const random = ledger.random();
  return giveBack(
    ledger,
    lease,
    (job, range, at) =>
      range.cancelRequested
        ? canceledBy(lease, job, at)
        : afterFailure(job, failure, at, ledger.settings, random),
    signal,
    usage && { outcome: failure.class === 'infrastructure' ? 'interrupted' : 'failed', usage },
  );
}

/** The holder has stopped because it was asked to: the job is canceled. */
export function acknowledgeCancel(
  ledger: Ledger,
  lease: Lease,
  signal?: AbortSignal,
  usage?: AttemptUsage,
): Promise<'done' | 'lost'> {
  const used = usage && ({ outcome: 'canceled', usage } as const);
  return giveBack(ledger, lease, (job, _range, at) => canceledBy(lease, job, at), signal, used);
}

const canceledBy = (lease: Lease, job: JobRow, at: string) =>
  ended(job, at, 'canceled', { what: 'canceled', owner: lease.owner });

/** Ends a lease that still stands, and leaves the job as `next` says. */
function giveBack(
  ledger: Ledger,
  lease: Lease,
  next: (job: JobRow, range: RangeRow, at: string) => JobRow,
  signal?: AbortSignal,
  used?: { readonly outcome: AttemptOutcome; readonly usage: AttemptUsage },
): Promise<'done' | 'lost'> {
  return decideAndWrite<'done' | 'lost'>(
    ledger,
    leaseKeys(lease),
    (items) => {
      const held = heldBy(lease, items);
      if (!held) return { writes: [], answer: 'lost' };
      const writer = writerOf(ledger);
      const job = next(held.job, held.range, writer.at);
      const writes = [
        writer.change(held.jobItem, job),
        writer.change(held.rangeItem, unleased(held.range), { isNews: false }),
      ];
      if (job.status === 'canceled') writes.push(writer.announce('job.canceled', lease.tenant, job.id));
      if (job.status === 'failed') writes.push(writer.announce('job.failed', lease.tenant, job.id));
      if (used) writes.push(...usageWrites(writer, lease, used.outcome, used.usage));
      return { writes, answer: 'done' };
    },
    signal,
  );
}
