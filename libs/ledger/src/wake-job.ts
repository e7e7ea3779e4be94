import { jobKey, rangeKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, jobOf, rangeOf, writerOf } from './ledger.ts';
import { afterFailure, backInBacklog, ended, unleased } from './job-state.ts';

/** The back-off of a job is over: it waits in the backlog again. */
export function endBackoff(
  ledger: Ledger,
  tenant: string,
  jobId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [jobKey(tenant, jobId)],
    ([item]) => {
      const job = item ? jobOf(item) : null;
      const isOver =
        job?.phase === 'retry_wait' && job.due !== null && job.due <= ledger.clock().toISOString();
      if (!item || !job || !isOver) return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const waiting = backInBacklog(job, writer.at, ledger.settings, { what: 'back-off over' });
      return { writes: [writer.change(item, waiting)], answer: true };
    },
    signal,
  );
}

/** A job that waited longer than allowed ends as expired. */
export function expireJob(
  ledger: Ledger,
  tenant: string,
  jobId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [jobKey(tenant, jobId)],
    ([item]) => {
      const job = item ? jobOf(item) : null;
      const isOverdue =
        job?.phase === 'backlog' && job.due !== null && job.due <= ledger.clock().toISOString();
      if (!item || !job || !isOverdue) return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const expired = ended(job, writer.at, 'expired', { what: 'expired' });
      return {
        writes: [writer.change(item, expired), writer.announce('job.expired', tenant, jobId)],
        answer: true,
      };
    },
    signal,
  );
}

/** A job that has run longer than its deadline is ended, and its worker fenced off. */
export function timeOutJob(
  ledger: Ledger,
  tenant: string,
  jobId: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [jobKey(tenant, jobId), rangeKey(tenant, jobId, 0)],
    ([jobItem, rangeItem]) => {
      const job = jobItem ? jobOf(jobItem) : null;
      const isOverdue =
        job?.phase === 'running' && job.due !== null && job.due <= ledger.clock().toISOString();
      if (!jobItem || !rangeItem || !job || !isOverdue) return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const failure = {
        class: 'timeout',
        code: 'deadline-exceeded',
        message: 'The job ran longer than allowed and was stopped.',
      } as const;
      return {
        writes: [
          writer.change(jobItem, afterFailure(job, failure, writer.at, ledger.settings, 0)),
          writer.change(rangeItem, unleased(rangeOf(rangeItem)), { isNews: false }),
          writer.announce('job.failed', tenant, jobId),
        ],
        answer: true,
      };
    },
    signal,
  );
}
