import type { AdmittedJob } from './admit.ts';
import { jobKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, jobOf, writerOf } from './ledger.ts';
import { backInBacklog, ended, withHistory } from './job-state.ts';
import type { JobRow } from './rows.ts';

/**
 * Notes that an executor has taken the work over. Does nothing when a worker has claimed it meanwhile, or when it
 * is another dispatch by now.
 */
export function markDispatched(
  ledger: Ledger,
  job: AdmittedJob,
  executorRef: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [jobKey(job.tenant, job.jobId)],
    ([item]) => {
      if (!item || jobOf(item).dispatch !== job.dispatch) return { writes: [], answer: false };
      const row = jobOf(item);
      if (row.phase !== 'dispatching' && row.phase !== 'dispatched') return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const due = after(writer.at, ledger.settings.claimSeconds);
      const dispatched: JobRow = {
        ...row,
        phase: 'dispatched',
        executorRef,
        due,
        ...(row.phase === 'dispatching' && {
          history: withHistory(row, { at: writer.at, what: 'dispatched', dispatch: job.dispatch }),
        }),
      };
      // Mostly a worker claims it within seconds: then its entries were never worth moving.
      const options = { isNews: false, ...(row.phase === 'dispatching' && { lookBy: due }) };
      return { writes: [writer.change(item, dispatched, options)], answer: true };
    },
    signal,
  );
}

/**
 * The executor does not know the work any more: back to the backlog, for a new dispatch number. Nothing ran, so no
 * attempt is charged; but a job that is lost again and again is given up with a reason.
 *
 * @param isCharged false when it is known why the executor forgot (its process has ended)
 */
export function loseDispatch(
  ledger: Ledger,
  job: AdmittedJob,
  isCharged: boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [jobKey(job.tenant, job.jobId)],
    ([item]) => {
      const row = item ? jobOf(item) : null;
      const isHandedOut = row?.phase === 'dispatching' || row?.phase === 'dispatched';
      if (!item || !row || !isHandedOut || row.dispatch !== job.dispatch)
        return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const lost: JobRow = { ...row, lostDispatches: row.lostDispatches + (isCharged ? 1 : 0) };
      const entry = { what: 'dispatch lost', dispatch: job.dispatch };
      if (lost.lostDispatches <= ledger.settings.maxLostDispatches) {
        return {
          writes: [writer.change(item, backInBacklog(lost, writer.at, ledger.settings, entry))],
          answer: true,
        };
      }
      const failed: JobRow = {
        ...ended(lost, writer.at, 'failed', entry),
        error: {
          class: 'infrastructure',
          code: 'never-started',
          message:
            'No worker ever started this job; the operator has to look at the worker pool. Retry it afterwards.',
          retryable: false,
        },
      };
      return {
        writes: [writer.change(item, failed), writer.announce('job.failed', job.tenant, job.jobId)],
        answer: true,
      };
    },
    signal,
  );
}
