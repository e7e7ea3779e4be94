import { createHash } from 'node:crypto';
import type { Failure, JobRow, Lease, Ledger } from '@edf-pipeline/ledger';
import {
  acknowledgeCancel,
  claimRange,
  commitResult,
  failRange,
  releaseRange,
  resultPrefix,
} from '@edf-pipeline/ledger';
import type { Work } from '@edf-pipeline/jobs';
import type { Logger } from '@edf-pipeline/service';
import type { ObjectStore } from '@edf-pipeline/storage';
import type { Analyse } from './analysis-pool.ts';
import type { AnalysisOutcome } from './analysis-task.ts';
import { classifyFailure, whereOf } from './classify-failure.ts';
import type { KeptLease } from './keep-lease.ts';
import { keepLease } from './keep-lease.ts';
import { manifestOf } from './manifest.ts';

export interface ProcessDeps {
  readonly ledger: Ledger;
  readonly store: ObjectStore;
  readonly analyse: Analyse;
  /** Names this process in the ledger. */
  readonly owner: string;
  readonly heartbeatSeconds: number;
  readonly maxInflatedBytes: number;
  readonly monotonicSeconds: () => number;
  readonly logger: Logger;
}

export type ProcessOutcome = 'succeeded' | 'failed' | 'canceled' | 'released' | 'lost' | 'refused';

/**
 * One piece of work: claim, read, analyse, write, commit. Results are written before the ledger says so, and the
 * ledger before the queue: whatever is cut, the next claim finds either nothing or all of it.
 *
 * @param signal asks to stop (SIGTERM): the work is given back and goes on elsewhere, nothing charged
 */
export async function processWork(
  deps: ProcessDeps,
  work: Work,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  const claimed = await claimRange(deps.ledger, work, deps.owner);
  if (claimed.outcome === 'refused') {
    deps.logger.debug('Work was not claimed', { jobId: work.jobId, reason: claimed.reason });
    return 'refused';
  }
  const { lease, job } = claimed;
  const begunAt = deps.monotonicSeconds();
  const kept = keepLease({
    ledger: deps.ledger,
    lease,
    initial: { stage: 'checking', doneBytes: 0, totalBytes: job.source.byteLength },
    heartbeatSeconds: deps.heartbeatSeconds,
    monotonicSeconds: deps.monotonicSeconds,
    onError: (error) => deps.logger.warn('A lease could not be renewed', { jobId: job.id, error }),
  });
  try {
    const outcome = await carryOut(deps, job, lease, kept, signal);
    const durationMs = Math.round((deps.monotonicSeconds() - begunAt) * 1000);
    deps.logger.info('A job ended an attempt', {
      jobId: job.id,
      epoch: lease.epoch,
      outcome,
      durationMs,
      bytes: job.source.byteLength,
    });
    return outcome;
  } finally {
    await kept.stop();
  }
}

async function carryOut(
  deps: ProcessDeps,
  job: JobRow,
  lease: Lease,
  kept: KeptLease,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  const prefix = resultPrefix(job.tenant, job.id, lease.epoch);
  // Before anything is written: on a full disk the room they take may be the room that is missing.
  for (let earlier = 1; earlier < lease.epoch; earlier++) await discardEpoch(deps, job, earlier);
  const task = {
    source: job.source,
    resultPrefix: prefix,
    maxInflatedBytes: deps.maxInflatedBytes,
  };
  const outcome = await deps.analyse(task, kept.progress, AbortSignal.any([signal, kept.signal]));
  if (kept.loss() === 'lost') return 'lost';
  if (kept.loss() === 'cancel-requested') return endCanceled(deps, job, lease);
  if (signal.aborted) {
    await releaseRange(deps.ledger, lease);
    return 'released';
  }
  if (outcome.kind === 'failed') return endFailed(deps, job, lease, outcome.failure, outcome.where);
  try {
    return await publish(deps, job, lease, prefix, outcome);
  } catch (error) {
    // The result could not be written to the end; nothing refers to what was.
    return endFailed(deps, job, lease, classifyFailure(error), whereOf(error));
  }
}

async function publish(
  deps: ProcessDeps,
  job: JobRow,
  lease: Lease,
  prefix: string,
  outcome: Extract<AnalysisOutcome, { kind: 'written' }>,
): Promise<ProcessOutcome> {
  const manifest = new TextEncoder().encode(JSON.stringify(manifestOf(job, outcome.files)));
  const run = {
    jobId: job.id,
    epoch: lease.epoch,
    dispatch: lease.dispatch,
    owner: lease.owner,
    versionId: job.source.versionId,
  };
  await deps.store.write(`${prefix}run.json`, new TextEncoder().encode(JSON.stringify(run)), {
    contentType: 'application/json',
  });
  await deps.store.write(`${prefix}manifest.json`, manifest, { contentType: 'application/json' });
  const manifestSha256 = createHash('sha256').update(manifest).digest('hex');
  const committed = await commitResult(deps.ledger, lease, job.recordingId, {
    epoch: lease.epoch,
    prefix,
    manifestSha256,
  });
  if (committed === 'committed') return 'succeeded';
  return committed === 'lost' ? 'lost' : endCanceled(deps, job, lease);
}

/** Files of an attempt that never commits. Nobody refers to them; what is missed here goes with the next attempt. */
async function discardEpoch(deps: ProcessDeps, job: JobRow, epoch: number): Promise<void> {
  try {
    await deps.store.deleteVersions(resultPrefix(job.tenant, job.id, epoch));
  } catch (error) {
    deps.logger.warn('Files of an attempt without result could not be deleted', {
      jobId: job.id,
      epoch,
      error,
    });
  }
}

async function endFailed(
  deps: ProcessDeps,
  job: JobRow,
  lease: Lease,
  failure: Failure,
  where?: string,
): Promise<ProcessOutcome> {
  // What is wrong with a file needs no stack; what is wrong with us does.
  const ours = failure.class === 'invalid_input' ? {} : { where };
  deps.logger.warn('An attempt failed', {
    jobId: lease.jobId,
    class: failure.class,
    code: failure.code,
    ...ours,
  });
  if ((await failRange(deps.ledger, lease, failure)) === 'lost') return 'lost';
  await discardEpoch(deps, job, lease.epoch);
  return 'failed';
}

async function endCanceled(deps: ProcessDeps, job: JobRow, lease: Lease): Promise<ProcessOutcome> {
  if ((await acknowledgeCancel(deps.ledger, lease)) === 'lost') return 'lost';
  await discardEpoch(deps, job, lease.epoch);
  return 'canceled';
}
