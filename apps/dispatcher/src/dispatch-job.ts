import type { AdmittedJob, JobRow, Pool } from '@edf-pipeline/ledger';
import { admittedAs, loseDispatch, markDispatched } from '@edf-pipeline/ledger';
import type { DispatcherDeps } from './deps.ts';

/** Hands an admitted job to the executor of its pool, then notes it. Cut between the two, it is handed over again. */
export async function dispatchJob(
  deps: DispatcherDeps,
  pool: Pool,
  job: AdmittedJob,
  signal?: AbortSignal,
): Promise<void> {
  const queue = deps.queues[pool];
  if (!queue) throw new Error(`no executor serves the pool ${pool}`);
  const { executorRef } = await queue.enqueue({ ...job, range: 0 }, signal);
  await markDispatched(deps.ledger, job, executorRef, signal);
}

/**
 * A job was handed out and nobody has claimed it in time: the executor is asked. What it still has is left to it,
 * what it has lost goes back to the backlog, what was never noted is handed over again under the same name.
 */
export async function checkDispatch(deps: DispatcherDeps, job: JobRow, signal?: AbortSignal): Promise<void> {
  const admitted = admittedAs(job);
  const queue = deps.queues[job.pool];
  if (!queue) {
    // Its executor has been taken away since: it waits again, and goes to one that is there.
    await loseDispatch(deps.ledger, admitted, false, signal);
    return;
  }
  if (job.phase === 'dispatching' || job.executorRef === null)
    return dispatchJob(deps, job.pool, admitted, signal);
  const state = await queue.inspect(job.executorRef, signal);
  if (state === 'waiting' || state === 'active')
    await markDispatched(deps.ledger, admitted, job.executorRef, signal);
  else await loseDispatch(deps.ledger, admitted, true, signal);
}
