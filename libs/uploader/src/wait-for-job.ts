import type { Job } from '@edf-pipeline/contracts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, UploadError } from './errors.ts';

const FIRST_POLL_MS = 300;
const SLOWEST_POLL_MS = 5_000;
/** The job of an upload that was just verified may be a moment away. */
const MISSING_GRACE_MS = 30_000;

export interface WaitForJobOptions {
  readonly signal?: AbortSignal;
  /** Told each state that is newer than the last. */
  onJob?(job: Job): void;
  readonly limitSeconds?: number;
}

/** True when a job's status cannot change by itself any more. */
export function isEnded(job: Job): boolean {
  return ['succeeded', 'failed', 'canceled', 'expired'].includes(job.status);
}

/**
 * Waits until a job has ended, whichever way.
 *
 * @throws UploadError `wait-limit` after `limitSeconds` (24 h unless given); ApiProblem; NetworkError
 */
export async function waitForJob(
  client: ApiClient,
  jobId: string,
  options: WaitForJobOptions = {},
): Promise<Job> {
  const { signal, onJob, limitSeconds = 24 * 3_600 } = options;
  const { timing } = client;
  const begunAt = timing.now();
  let version = -1;
  for (let delay = FIRST_POLL_MS; ; delay = Math.min(SLOWEST_POLL_MS, delay * 1.5)) {
    try {
      const job = await client.getJob(jobId, { signal, patienceSeconds: 600 });
      if (job.version > version) onJob?.(job);
      version = Math.max(version, job.version);
      if (isEnded(job)) return job;
    } catch (error) {
      const isMissing = error instanceof ApiProblem && error.code === 'not-found';
      if (!isMissing || version >= 0 || timing.now() - begunAt > MISSING_GRACE_MS) throw error;
    }
    if (timing.now() - begunAt > limitSeconds * 1_000) {
      throw new UploadError('wait-limit', `the job has not ended after ${limitSeconds} s`);
    }
    await timing.sleep(delay, signal);
  }
}
