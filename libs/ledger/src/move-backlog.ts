import { backlogPartition } from './indexes.ts';
import { jobKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, jobOf, writerOf } from './ledger.ts';
import { withHistory } from './job-state.ts';
import type { JobRow, Pool } from './rows.ts';

const JOBS_AT_ONCE = 100;

/** Lets jobs that wait for one pool wait for another; answers how many were moved of the first hundred. */
export async function moveBacklog(
  ledger: Ledger,
  from: Pool,
  to: Pool,
  signal?: AbortSignal,
): Promise<number> {
  const waiting = await ledger.store.query(
    { index: 'backlog', partition: backlogPartition(from), limit: JOBS_AT_ONCE },
    signal,
  );
  let count = 0;
  for (const item of waiting) if (await moveJob(ledger, jobOf(item), from, to, signal)) count += 1;
  return count;
}

function moveJob(
  ledger: Ledger,
  { tenant, id }: JobRow,
  from: Pool,
  to: Pool,
  signal?: AbortSignal,
): Promise<boolean> {
  return decideAndWrite(
    ledger,
    [jobKey(tenant, id)],
    ([item]) => {
      const job = item ? jobOf(item) : null;
      if (!item || job?.phase !== 'backlog' || job.pool !== from) return { writes: [], answer: false };
      const writer = writerOf(ledger);
      const moved: JobRow = {
        ...job,
        pool: to,
        // Somebody who serves the old pool may have noted it down: he must not admit it past the limit of the new one.
        dispatch: job.dispatch + 1,
        history: withHistory(job, { at: writer.at, what: `moved to the ${to} pool` }),
      };
      return { writes: [writer.change(item, moved)], answer: true };
    },
    signal,
  );
}
