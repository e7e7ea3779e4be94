import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, jobOf, rangeOf, writerOf } from './ledger.ts';
import type { Lease } from './lease.ts';
import { leaseKeys } from './lease.ts';
import { withHistory } from './job-state.ts';
import type { JobRow, RangeRow } from './rows.ts';

export interface Work {
  readonly tenant: string;
  readonly jobId: string;
  readonly dispatch: number;
  readonly range: number;
}

export type Claimed =
  | { readonly outcome: 'claimed'; readonly lease: Lease; readonly job: JobRow }
  /** Nothing to do: it has ended, is another dispatch by now, or somebody else has it. */
  | { readonly outcome: 'refused'; readonly reason: 'not-found' | 'ended' | 'other-dispatch' | 'taken' };

/** Takes the lease of a range before any byte is read. The epoch it returns goes into every later write. */
export function claimRange(
  ledger: Ledger,
  work: Work,
  owner: string,
  signal?: AbortSignal,
): Promise<Claimed> {
  return decideAndWrite<Claimed>(
    ledger,
    leaseKeys(work),
    ([jobItem, rangeItem]) => {
      if (!jobItem || !rangeItem) return refused('not-found');
      const job = jobOf(jobItem);
      const range = rangeOf(rangeItem);
      if (job.phase === 'done' || job.phase === 'canceling') return refused('ended');
      if (job.dispatch !== work.dispatch) return refused('other-dispatch');
      const isHandedOut =
        job.phase === 'dispatching' || job.phase === 'dispatched' || job.phase === 'running';
      if (!isHandedOut || range.owner !== null) return refused('taken');
      const writer = writerOf(ledger);
      const leaseUntil = after(writer.at, ledger.settings.leaseSeconds);
      const epoch = range.epoch + 1;
      const held: RangeRow = { ...range, epoch, owner, sequence: 0, leaseUntil, due: leaseUntil };
      const running: JobRow = {
        ...job,
        status: 'running',
        phase: 'running',
        startedAt: job.startedAt ?? writer.at,
        due: after(writer.at, ledger.settings.jobDeadlineSeconds),
        history: withHistory(job, { at: writer.at, what: 'claimed', dispatch: work.dispatch, epoch, owner }),
      };
      return {
        writes: [
          writer.change(jobItem, running, { lookBy: leaseUntil }),
          writer.change(rangeItem, held, { isNews: false }),
        ],
        answer: { outcome: 'claimed', lease: { ...work, epoch, owner }, job: running },
      };
    },
    signal,
  );
}

function refused(reason: 'not-found' | 'ended' | 'other-dispatch' | 'taken') {
  return { writes: [], answer: { outcome: 'refused', reason } as const };
}
