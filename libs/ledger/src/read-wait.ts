import { readInHand } from './in-hand.ts';
import { backlogPartition } from './indexes.ts';
import { jobKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { readPolicy } from './policy.ts';
import type { JobWithRanges } from './read.ts';
import { readJob } from './read.ts';
import type { PolicyRow } from './rows.ts';

/** Nobody is helped by a more exact number, and each job in front costs a read. */
const MAX_COUNTED = 200;

/** What decides when a job goes on. */
export interface JobWait {
  readonly job: JobWithRanges;
  readonly policy: PolicyRow;
  /** The tenant's jobs in front of it in the backlog of its pool; null when it does not wait there. */
  readonly ahead: number | null;
  /** false: there are more in front of it than were counted. */
  readonly isAheadExact: boolean;
  /** Of the tenant's in the pool: handed out or running. */
  readonly active: number;
}

/** Everything that is known about why a job is where it is; null when there is none. */
export async function readWait(
  ledger: Ledger,
  tenant: string,
  jobId: string,
  signal?: AbortSignal,
): Promise<JobWait | null> {
  const job = await readJob(ledger, tenant, jobId, signal);
  if (!job) return null;
  const policy = await readPolicy(ledger, tenant, signal);
  const { pool, phase } = job.row;
  if (phase !== 'backlog') return { job, policy, ahead: null, isAheadExact: true, active: 0 };
  const item = await ledger.store.get(jobKey(tenant, jobId), signal);
  const before = item?.indexes.backlog?.sort;
  const [inFront, inHand] = await Promise.all([
    ledger.store.query(
      {
        index: 'backlog',
        partition: backlogPartition(pool),
        from: `${tenant}#`,
        before,
        limit: MAX_COUNTED,
      },
      signal,
    ),
    readInHand(ledger, tenant, pool, signal),
  ]);
  return {
    job,
    policy,
    ahead: before === undefined ? 0 : inFront.length,
    isAheadExact: inFront.length < MAX_COUNTED,
    active: inHand.count,
  };
}
