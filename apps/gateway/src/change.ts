import type { Job, Recording } from '@edf-pipeline/contracts';
import type { JobRow } from '@edf-pipeline/ledger';
import { cancelJob, readJob, readRecording, requestDeletion, retryJob } from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteChange } from './note-change.ts';
import { HttpProblem, notFound } from './problem.ts';
import { renderJob, renderRecording } from './render.ts';

/** Starts the deletion of a recording and all that was made of it. Asking again is fine. */
export async function deleteRecording(
  deps: GatewayDeps,
  context: RequestContext,
  id: string,
): Promise<Recording> {
  const { caller, signal } = context;
  const { tenant } = caller;
  if (!(await readRecording(deps.ledger, tenant, id, signal))) throw notFound();
  await noteChange(deps, context, 'recording.delete', id);
  const deletion = await requestDeletion(deps.ledger, tenant, id, signal);
  if (!deletion) throw notFound();
  const job = await readJob(deps.ledger, tenant, deletion.recording.jobId, signal);
  return renderRecording(deps.seal, { row: deletion.recording, version: deletion.version }, job);
}

/** Stops a job; one that has ended stays as it is. */
export async function cancel(deps: GatewayDeps, context: RequestContext, id: string): Promise<Job> {
  await present(deps, context, id);
  await noteChange(deps, context, 'job.cancel', id);
  await cancelOrRefuse(deps, context.caller.tenant, id, context.signal);
  return present(deps, context, id);
}

/** @throws HttpProblem when there is nothing to stop */
export async function cancelOrRefuse(
  deps: GatewayDeps,
  tenant: string,
  id: string,
  signal: AbortSignal,
): Promise<JobRow> {
  const job = await cancelJob(deps.ledger, tenant, id, signal);
  if (!job) throw notFound();
  if (job.status === 'succeeded' || job.status === 'failed' || job.status === 'expired') {
    throw new HttpProblem('state-conflict', `The job has ${job.status} already; there is nothing to cancel.`);
  }
  return job;
}

/** Runs a job that has ended without a result once more. */
export async function retry(deps: GatewayDeps, context: RequestContext, id: string): Promise<Job> {
  await present(deps, context, id);
  await noteChange(deps, context, 'job.retry', id);
  await retryOrRefuse(deps, context.caller.tenant, id, context.signal);
  return present(deps, context, id);
}

/** @throws HttpProblem when it cannot run again */
export async function retryOrRefuse(
  deps: GatewayDeps,
  tenant: string,
  id: string,
  signal: AbortSignal,
): Promise<'queued' | 'not-ended'> {
  const { outcome } = await retryJob(deps.ledger, tenant, id, signal);
  switch (outcome) {
    case 'not-found':
      throw notFound();
    case 'succeeded':
      throw new HttpProblem('state-conflict', 'The job has succeeded; its result would be the same.');
    case 'recording-gone':
      throw new HttpProblem('state-conflict', 'The recording is deleted; upload it again.');
    default:
      return outcome;
  }
}

async function present(deps: GatewayDeps, { caller, signal }: RequestContext, id: string): Promise<Job> {
  const found = await readJob(deps.ledger, caller.tenant, id, signal);
  if (!found) throw notFound();
  return renderJob(found);
}
