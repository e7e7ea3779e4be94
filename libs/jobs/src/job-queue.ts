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
}

/** `unknown`: the executor does not have it; it was lost, or has been worked off long ago. */
export type WorkState = 'waiting' | 'active' | 'finished' | 'unknown';

export interface Demand {
  /** Work handed over and not finished. */
  readonly inHand: number;
  /** How much more the executor takes now without piling up. */
  readonly freeSlots: number;
}

/** Where admitted work waits for a worker. A hint: it may lose or double work without changing the outcome. */
export interface JobQueue {
  /** Hands work over; answers a reference for `inspect` and `cancel`. */
  enqueue(work: Work, signal?: AbortSignal): Promise<{ executorRef: string }>;
  /** Withdraws what has not begun; what has begun is stopped through the ledger. */
  cancel(executorRef: string, signal?: AbortSignal): Promise<void>;
  inspect(executorRef: string, signal?: AbortSignal): Promise<WorkState>;
  demand(signal?: AbortSignal): Promise<Demand>;
}

/** Name of a piece of work, the same for every executor: letters, digits and dashes. */
export function workName(work: Work): string {
  return `${work.jobId}-d${work.dispatch}-r${work.range}`;
}
