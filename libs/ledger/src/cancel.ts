import { jobKey, rangeKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, jobOf, rangeOf, writerOf } from './ledger.ts';
import { ended, isEnded, unleased, withHistory } from './job-state.ts';
import type { JobRow } from './rows.ts';

/**
 * Cancels a job. One that nobody works on ends at once; a running one is asked to stop through its next heartbeat.
 * Answers the job as it is then; null when there is none.
 */
export function cancelJob(
  ledger: Ledger,
  tenant: string,
  jobId: string,
  signal?: AbortSignal,
): Promise<JobRow | null> {
  return decideAndWrite<JobRow | null>(
    ledger,
    [jobKey(tenant, jobId), rangeKey(tenant, jobId, 0)],
    ([jobItem, rangeItem]) => {
      if (!jobItem || !rangeItem) return { writes: [], answer: null };
      const job = jobOf(jobItem);
      if (isEnded(job) || job.phase === 'canceling') return { writes: [], answer: job };
      const writer = writerOf(ledger);
      if (rangeOf(rangeItem).owner === null) {
        const canceled = ended(job, writer.at, 'canceled', { what: 'canceled' });
        return {
          writes: [
            writer.change(jobItem, canceled),
            writer.change(rangeItem, unleased(rangeOf(rangeItem)), { isNews: false }),
            writer.announce('job.canceled', tenant, jobId),
          ],
          answer: canceled,
        };
      }
      const due = after(writer.at, ledger.settings.cancelSeconds);
      const canceling: JobRow = {
        ...job,
        status: 'canceling',
        phase: 'canceling',
        due,
        history: withHistory(job, { at: writer.at, what: 'cancel requested' }),
      };
      return {
        writes: [
          // Its holder is watched on: it may be dead, and never hear that it is to stop.
          writer.change(jobItem, canceling, { lookBy: due }),
          writer.change(rangeItem, { ...rangeOf(rangeItem), cancelRequested: true }, { isNews: false }),
        ],
        answer: canceling,
      };
    },
    signal,
  );
}

/** The holder did not answer the request to stop in time: fence it off and end the job. */
export function forceCancel(
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
        job?.phase === 'canceling' && job.due !== null && job.due <= ledger.clock().toISOString();
      if (!jobItem || !rangeItem || !isOverdue) return { writes: [], answer: false };
      const writer = writerOf(ledger);
      return {
        writes: [
          writer.change(jobItem, ended(jobOf(jobItem), writer.at, 'canceled', { what: 'canceled' })),
          writer.change(rangeItem, unleased(rangeOf(rangeItem)), { isNews: false }),
          writer.announce('job.canceled', tenant, jobId),
        ],
        answer: true,
      };
    },
    signal,
  );
}
