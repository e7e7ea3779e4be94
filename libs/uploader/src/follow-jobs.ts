import type { Job } from '@edf-pipeline/contracts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, UploadError } from './errors.ts';
import { createSlots } from './slots.ts';
import { isEnded } from './wait-for-job.ts';
import { watchChanges } from './watch-changes.ts';

const FIRST_ASK_MS = 300;
const SLOWEST_ASK_MS = 5_000;
/** Before a feed that the server has ended for good is begun anew. */
const FEED_PAUSE_MS = 5_000;
/** The job of an upload that was just verified may be a moment away. */
const MISSING_GRACE_MS = 30_000;
/** Jobs that are asked after at once, however many are waited for. */
const MOST_ASKS = 8;

export interface FollowJobsOptions {
  readonly client: ApiClient;
  readonly signal?: AbortSignal;
  /** A job that nothing was heard of for so long is asked after, though events are followed; 60 s unless given. */
  readonly quietSeconds?: number;
  /** How long one job is waited for; 24 h unless given. */
  readonly limitSeconds?: number;
}

export interface JobFollower {
  /**
   * Waits until a job has ended, whichever way; `onJob` is told each state that is newer than the last.
   *
   * @throws UploadError `wait-limit`; ApiProblem; NetworkError; the signal's reason
   */
  waitFor(jobId: string, onJob?: (job: Job) => void): Promise<Job>;
  /** Must be called when no job is waited for any more: ends the feed. */
  close(): void;
}

interface Waiter {
  readonly jobId: string;
  hear(job: Job): void;
  /** Makes it ask now. */
  wake(): void;
}

/**
 * Follows any number of jobs by one feed of changes, opened with the first. Without a feed the jobs are asked after in
 * growing pauses; whenever a feed has begun, once more, since what happened before it is told by nobody.
 */
export function followJobs(options: FollowJobsOptions): JobFollower {
  const { client, quietSeconds = 60, limitSeconds = 24 * 3_600 } = options;
  const { timing } = client;
  const closing = new AbortController();
  const close = () => closing.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', close, { once: true });
  if (options.signal?.aborted) close();
  const { signal } = closing;
  const places = createSlots(MOST_ASKS);
  const waiters = new Set<Waiter>();
  let isLive = false;
  let isFollowing = false;

  function wakeAll(): void {
    for (const waiter of waiters) waiter.wake();
  }
  signal.addEventListener('abort', wakeAll, { once: true });

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      const onConnection = (state: 'live' | 'reconnecting') => {
        // After a cut the feed goes on behind its cursor: nothing was missed.
        if (state !== 'live' || isLive) return;
        isLive = true;
        wakeAll();
      };
      try {
        for await (const { change } of watchChanges({ client, signal, onConnection })) {
          if (change.type !== 'job') continue;
          for (const waiter of waiters) if (waiter.jobId === change.object.id) waiter.hear(change.object);
        }
      } catch {
        // A cursor that is too old, a server without events, a session that has ended: whoever asks now hears which.
      }
      isLive = false;
      wakeAll();
      await timing.sleep(FEED_PAUSE_MS, signal).catch(() => undefined);
    }
  }

  /** null: not there yet. */
  async function ask(jobId: string, mayBeMissing: boolean): Promise<Job | null> {
    try {
      return await places.hold(1, () => client.getJob(jobId, { signal, patienceSeconds: 600 }));
    } catch (error) {
      if (mayBeMissing && error instanceof ApiProblem && error.code === 'not-found') return null;
      throw error;
    }
  }

  async function waitFor(jobId: string, onJob?: (job: Job) => void): Promise<Job> {
    if (!isFollowing) void follow();
    isFollowing = true;
    const begunAt = timing.now();
    let known: Job | null = null;
    let wake = () => {};
    const hear = (job: Job) => {
      if (known && job.version <= known.version) return;
      known = job;
      onJob?.(job);
      if (isEnded(job)) wake();
    };
    const waiter = { jobId, hear, wake: () => wake() };
    waiters.add(waiter);
    try {
      for (let delay = FIRST_ASK_MS; ; delay = Math.min(SLOWEST_ASK_MS, delay * 1.5)) {
        // Made before asking: a feed that begins meanwhile counts.
        const woken = new AbortController();
        wake = () => woken.abort();
        const wasLive = isLive;
        const job = await ask(jobId, known === null && timing.now() - begunAt <= MISSING_GRACE_MS);
        if (job) hear(job);
        const latest = known as Job | null;
        if (latest && isEnded(latest)) return latest;
        await timing
          .sleep(wasLive && job ? quietSeconds * 1_000 : delay, woken.signal)
          .catch(() => undefined);
        signal.throwIfAborted();
        const heard = known as Job | null;
        if (heard && isEnded(heard)) return heard;
        if (timing.now() - begunAt > limitSeconds * 1_000)
          throw new UploadError('wait-limit', `the job has not ended after ${limitSeconds} s`);
      }
    } finally {
      waiters.delete(waiter);
    }
  }

  return {
    waitFor,
    close() {
      options.signal?.removeEventListener('abort', close);
      close();
    },
  };
}
