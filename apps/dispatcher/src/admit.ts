import type { AdmissionRounds, Pool } from '@edf-pipeline/ledger';
import { admitJobs } from '@edf-pipeline/ledger';
import type { DispatcherDeps } from './deps.ts';
import { dispatchJob } from './dispatch-job.ts';

/**
 * Fills the free slots of every pool from the backlog, fairly; answers how many jobs were handed out. A pool whose
 * executor does not answer holds up no other one.
 *
 * @param rounds kept from one call to the next
 */
export async function fillPools(
  deps: DispatcherDeps,
  signal?: AbortSignal,
  rounds: Omit<AdmissionRounds, 'onError'> = { cameTo: new Map() },
): Promise<number> {
  let count = 0;
  for (const pool of Object.keys(deps.queues) as Pool[]) {
    try {
      count += await fillPool(deps, pool, rounds, signal);
    } catch (error) {
      signal?.throwIfAborted();
      deps.logger.error('A pool could not be filled; it is tried again', { pool, error });
    }
  }
  return count;
}

async function fillPool(
  deps: DispatcherDeps,
  pool: Pool,
  rounds: Omit<AdmissionRounds, 'onError'>,
  signal?: AbortSignal,
): Promise<number> {
  const { freeSlots } = (await deps.queues[pool]?.demand(signal)) ?? { freeSlots: 0 };
  const troubles: unknown[] = [];
  const onError = (_tenant: string, error: unknown) => void troubles.push(error);
  const admitted = await admitJobs(deps.ledger, pool, freeSlots, signal, { ...rounds, onError });
  if (troubles.length > 0)
    deps.logger.warn('Some of what waits could not be admitted; it is tried again', {
      pool,
      count: troubles.length,
      error: troubles[0],
    });
  const dispatched = await Promise.allSettled(admitted.map((job) => dispatchJob(deps, pool, job, signal)));
  signal?.throwIfAborted();
  const [first, ...others] = dispatched.filter((outcome) => outcome.status === 'rejected');
  if (first)
    deps.logger.error('Admitted jobs could not be handed to their executor; they are handed over again', {
      pool,
      count: others.length + 1,
      error: first.reason as unknown,
    });
  return admitted.length;
}
