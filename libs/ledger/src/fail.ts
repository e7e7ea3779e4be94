import type { Ledger } from './ledger.ts';
import { decideAndWrite, writerOf } from './ledger.ts';
import type { Lease } from './lease.ts';
import { heldBy, leaseKeys } from './lease.ts';
import type { Failure } from './job-state.ts';
import { afterFailure, ended, unleased } from './job-state.ts';

/** The holder could not finish: the job is tried again or has failed, as `afterFailure` decides. */
export function failRange(
  ledger: Ledger,
  lease: Lease,
  failure: Failure,
  signal?: AbortSignal,
): Promise<'done' | 'lost'> {
  return decideAndWrite<'done' | 'lost'>(
    ledger,
    leaseKeys(lease),
    (items) => {
      const held = heldBy(lease, items);
      if (!held) return { writes: [], answer: 'lost' };
      const writer = writerOf(ledger);
      const isCanceled = held.range.cancelRequested;
      const job = isCanceled
        ? ended(held.job, writer.at, 'canceled', { what: 'canceled', owner: lease.owner })
        : afterFailure(held.job, failure, writer.at, ledger.settings, ledger.random());
      const writes = [writer.change(held.jobItem, job), writer.change(held.rangeItem, unleased(held.range))];
      if (isCanceled) writes.push(writer.announce('job.canceled', lease.tenant, job.id));
      else if (job.status === 'failed') writes.push(writer.announce('job.failed', lease.tenant, job.id));
      return { writes, answer: 'done' };
    },
    signal,
  );
}

/** The holder has stopped because it was asked to: the job is canceled. */
export function acknowledgeCancel(
  ledger: Ledger,
  lease: Lease,
  signal?: AbortSignal,
): Promise<'done' | 'lost'> {
  return decideAndWrite<'done' | 'lost'>(
    ledger,
    leaseKeys(lease),
    (items) => {
      const held = heldBy(lease, items);
      if (!held) return { writes: [], answer: 'lost' };
      const writer = writerOf(ledger);
      const job = ended(held.job, writer.at, 'canceled', { what: 'canceled', owner: lease.owner });
      return {
        writes: [
          writer.change(held.jobItem, job),
          writer.change(held.rangeItem, unleased(held.range)),
          writer.announce('job.canceled', lease.tenant, job.id),
        ],
        answer: 'done',
      };
    },
    signal,
  );
}
