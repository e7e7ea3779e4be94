import type { Pool } from '@edf-pipeline/ledger';
import { admitJobs } from '@edf-pipeline/ledger';
import type { DispatcherDeps } from './deps.ts';
import { dispatchJob } from './dispatch-job.ts';

/** Fills the free slots of every pool from the backlog, fairly; answers how many jobs were handed out. */
export async function fillPools(deps: DispatcherDeps, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for (const pool of Object.keys(deps.queues) as Pool[]) {
    const { freeSlots } = (await deps.queues[pool]?.demand(signal)) ?? { freeSlots: 0 };
    for (const job of await admitJobs(deps.ledger, pool, freeSlots, signal)) {
      await dispatchJob(deps, pool, job, signal);
      count += 1;
    }
  }
  return count;
}
