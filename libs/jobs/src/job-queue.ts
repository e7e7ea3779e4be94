import { JobQueueError } from './job-queue-error.ts';

/**
 * A piece of work as it travels: names only, never identity or bytes. The worker reads the ledger for the rest.
 * `(jobId, dispatch, range)` names it: sending the same again is sending it once.
 */
export interface Work {
  readonly tenant: string;
  readonly jobId: string;
  /** Number of the admission; a retained entry of an earlier one can neither block nor be adopted. */
  readonly dispatch: number;
  /** Which stretch of the recording; 0 for an ordinary job. */
  readonly range: number;
  /** W3C trace context of the request that this work goes back to. */
  readonly traceparent?: string;
  /** Head start over other waiting work, in seconds as in the ledger: the greater goes first. 0 when absent. */
  readonly priority?: number;
}

/** `unknown`: the executor does not have it; it was lost, or has been worked off long ago. */
export type WorkState = 'waiting' | 'active' | 'finished' | 'unknown';

export interface Demand {
  /** Work handed over that a worker could have now, or has: what a scaler counts. */
  readonly inHand: number;
  /** How much more the executor takes now without piling up. */
  readonly freeSlots: number;
}

/** Where admitted work waits for a worker. A hint: it may lose or double work without changing the outcome. */
export interface JobQueue {
  /**
   * Hands work over; answers a reference for `inspect` and `cancel`.
   *
   * @throws JobQueueError, of which `isTransientQueueError` says whether it may pass. A call that failed may have
   * taken effect all the same: send it again.
   */
  enqueue(work: Work, signal?: AbortSignal): Promise<{ executorRef: string }>;
  /** Withdraws what has not begun; what has begun is stopped through the ledger. */
  cancel(executorRef: string, signal?: AbortSignal): Promise<void>;
  inspect(executorRef: string, signal?: AbortSignal): Promise<WorkState>;
  demand(signal?: AbortSignal): Promise<Demand>;
}

/**
 * What became of a piece of work at a worker. `done`: the executor may forget it, whether it succeeded, failed or was
 * somebody else's, for the ledger knows. `again`: it is to come back later, such as when the ledger did not answer.
 */
export type WorkOutcome = 'done' | { readonly againInSeconds: number };

/** Carries out one piece of work. `signal` asks to give it back soon: everything that holds it up must heed it. */
export type WorkHandler = (work: Work, signal: AbortSignal) => Promise<WorkOutcome>;

/**
 * Name of a piece of work, the same for every executor: letters, digits and dashes.
 *
 * @throws JobQueueError work-invalid
 */
export function workName(work: Work): string {
  const isFit =
    /^[A-Za-z0-9_-]{1,100}$/.test(work.jobId) &&
    Number.isSafeInteger(work.dispatch) &&
    Number.isSafeInteger(work.range);
  // Some executors read colons, slashes and bare numbers in names as something of their own.
  if (!isFit) throw new JobQueueError('work-invalid', 'work needs a job id of letters, digits and dashes');
  return `${work.jobId}-d${work.dispatch}-r${work.range}`;
}
