import { createHash } from 'node:crypto';
import type { Failure, JobRow, Lease, Ledger } from '@edf-pipeline/ledger';
import {
  acknowledgeCancel,
  claimRange,
  commitResult,
  failRange,
  readPolicy,
  releaseRange,
  resultPrefix,
} from '@edf-pipeline/ledger';
import type { Work } from '@edf-pipeline/jobs';
import type { Logger } from '@edf-pipeline/service';
import type { ObjectStore } from '@edf-pipeline/storage';
import type { Analyse } from './analysis-pool.ts';
import type { AnalysisOutcome, ThreadUsage } from './analysis-task.ts';
import type { AttemptMeter } from './attempt-meter.ts';
import { startMeter } from './attempt-meter.ts';
import { classifyFailure, whereOf } from './classify-failure.ts';
import type { KeptLease } from './keep-lease.ts';
import { keepLease } from './keep-lease.ts';
import type { LeaseNotes } from './lease-notes.ts';
import { manifestOf } from './manifest.ts';
import type { Timers } from './timers.ts';

export interface ProcessDeps {
  readonly ledger: Ledger;
  readonly store: ObjectStore;
  readonly analyse: Analyse;
  /** Names this process in the ledger. */
  readonly owner: string;
  readonly heartbeatSeconds: number;
  readonly maxInflatedBytes: number;
  readonly monotonicSeconds: () => number;
  /** Memory set aside for an attempt, for its receipt; 512 when absent. */
  readonly memoryMegabytes?: number;
  readonly logger: Logger;
  /** For the process that comes after this one, should it die; without them its leases run out. */
  readonly leases?: LeaseNotes;
  /** Of the heartbeats; the real ones when absent. */
  readonly timers?: Timers;
}

const DEFAULT_MEMORY_MEGABYTES = 512;

/** Ledger and store are those of the meter: what goes through them is counted. */
interface MeteredDeps extends ProcessDeps {
  readonly meter: AttemptMeter;
}

export type ProcessOutcome = 'succeeded' | 'failed' | 'canceled' | 'released' | 'lost' | 'refused';

/**
 * One piece of work: claim, read, analyse, write, commit. Results are written before the ledger says so, and the
 * ledger before the queue: whatever is cut, the next claim finds either nothing or all of it.
 *
 * @param signal asks to stop (SIGTERM): the work is given back and goes on elsewhere, nothing charged
 */
export async function processWork(
  unmetered: ProcessDeps,
  work: Work,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  const meter = startMeter({
    ...unmetered,
    memoryMegabytes: unmetered.memoryMegabytes ?? DEFAULT_MEMORY_MEGABYTES,
  });
  const deps: MeteredDeps = { ...unmetered, ledger: meter.ledger, store: meter.store, meter };
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
    timers: deps.timers,
    onError: (error) => deps.logger.warn('A lease could not be renewed', { jobId: job.id, error }),
  });
  // Work does not wait for a note, nor does the first heartbeat.
  const noted = deps.leases?.keep(lease);
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
    await noted;
    await deps.leases?.drop(lease);
  }
}

async function carryOut(
  deps: MeteredDeps,
  job: JobRow,
  lease: Lease,
  kept: KeptLease,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  const prefix = resultPrefix(job.tenant, job.id, lease.epoch);
  // Before anything is written: on a full disk the room they take may be the room that is missing.
  for (let earlier = 1; earlier < lease.epoch; earlier++) await discardEpoch(deps, job, earlier);
  const outcome = await analyse(deps, job, prefix, kept, signal);
  if (kept.loss() === 'lost') return 'lost';
  if (kept.loss() === 'cancel-requested') return endCanceled(deps, job, lease, outcome.usage);
  if (signal.aborted) {
    await releaseRange(deps.ledger, lease, undefined, deps.meter.usage(outcome.usage));
    return 'released';
  }
  if (outcome.kind === 'failed') {
    return endFailed(deps, job, lease, outcome.failure, outcome.usage, outcome.where);
  }
  try {
    return await publish(deps, job, lease, prefix, outcome);
  } catch (error) {
    // The result could not be written to the end; nothing refers to what was.
    return endFailed(deps, job, lease, classifyFailure(error), outcome.usage, whereOf(error));
  }
}

async function analyse(
  deps: MeteredDeps,
  job: JobRow,
  prefix: string,
  kept: KeptLease,
  signal: AbortSignal,
): Promise<AnalysisOutcome> {
  const stop = AbortSignal.any([signal, kept.signal]);
  try {
    const { refuseFindings } = await readPolicy(deps.ledger, job.tenant, stop);
    const task = {
      source: job.source,
      resultPrefix: prefix,
      maxInflatedBytes: deps.maxInflatedBytes,
      refuseFindings,
    };
    return await deps.analyse(task, kept.progress, stop);
  } catch (error) {
    return { kind: 'failed', failure: classifyFailure(error), where: whereOf(error) };
  }
}

async function publish(
  deps: MeteredDeps,
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
    usage: deps.meter.usage(outcome.usage),
  };
  await deps.store.write(`${prefix}run.json`, new TextEncoder().encode(JSON.stringify(run)), {
    contentType: 'application/json',
  });
  await deps.store.write(`${prefix}manifest.json`, manifest, { contentType: 'application/json' });
  const manifestSha256 = createHash('sha256').update(manifest).digest('hex');
  const result = {
    epoch: lease.epoch,
    prefix,
    manifestSha256,
  };
  const usage = deps.meter.usage(outcome.usage);
  const committed = await commitResult(
    deps.ledger,
    lease,
    job.recordingId,
    result,
    undefined,
    usage,
    outcome.facts,
  );
  if (committed === 'committed') return 'succeeded';
  return committed === 'lost' ? 'lost' : endCanceled(deps, job, lease, outcome.usage);
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
  deps: MeteredDeps,
  job: JobRow,
  lease: Lease,
  failure: Failure,
  thread: ThreadUsage | undefined,
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
  const usage = deps.meter.usage(thread);
  if ((await failRange(deps.ledger, lease, failure, undefined, usage)) === 'lost') return 'lost';
  await discardEpoch(deps, job, lease.epoch);
  return 'failed';
}

async function endCanceled(
  deps: MeteredDeps,
  job: JobRow,
  lease: Lease,
  thread: ThreadUsage | undefined,
): Promise<ProcessOutcome> {
  const usage = deps.meter.usage(thread);
  if ((await acknowledgeCancel(deps.ledger, lease, undefined, usage)) === 'lost') return 'lost';
  await discardEpoch(deps, job, lease.epoch);
  return 'canceled';
}
