import type { JobQueue, Work, WorkState } from './job-queue.ts';
import { workName } from './job-queue.ts';

export interface InProcessOptions {
  /** Distinguishes this process's references from those of one that has ended. */
  readonly incarnation: string;
  readonly concurrency: number;
  /** Work that may wait here beyond what runs; the rest stays in the ledger, where it is fair and cheap to cancel. */
  readonly lookahead: number;
  /** Carries out one piece of work; it must not reject for what the ledger already knows. */
  readonly run: (work: Work, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown, work: Work) => void;
  /** A slot has become free: a good moment to admit more. */
  readonly onFree?: () => void;
}

export interface InProcessQueue extends JobQueue {
  /** Takes nothing more, asks running work to stop, and resolves when it has. */
  close(): Promise<void>;
}

const FINISHED_KEPT = 1_000;

/** A job queue in this process: work waits in memory and runs `concurrency` at a time. */
export function createInProcessQueue(options: InProcessOptions): InProcessQueue {
  const waiting = new Map<string, Work>();
  const active = new Map<string, Promise<void>>();
  const finished = new Set<string>();
  const stopping = new AbortController();
  const prefix = `in-process:${options.incarnation}:`;

  const startNext = () => {
    while (active.size < options.concurrency && !stopping.signal.aborted) {
      const next = mostUrgent(waiting);
      if (!next) return;
      const [name, work] = next;
      waiting.delete(name);
      active.set(name, runOne(name, work));
    }
  };

  const runOne = async (name: string, work: Work) => {
    try {
      await options.run(work, stopping.signal);
    } catch (error) {
      options.onError(error, work);
    }
    active.delete(name);
    finished.add(name);
    const [oldest] = finished;
    if (finished.size > FINISHED_KEPT && oldest !== undefined) finished.delete(oldest);
    startNext();
    options.onFree?.();
  };

  const stateOf = (name: string): WorkState => {
    if (waiting.has(name)) return 'waiting';
    if (active.has(name)) return 'active';
    return finished.has(name) ? 'finished' : 'unknown';
  };

  return {
    async enqueue(work, signal) {
      signal?.throwIfAborted();
      stopping.signal.throwIfAborted();
      const name = workName(work);
      if (stateOf(name) === 'unknown') {
        waiting.set(name, work);
        startNext();
      }
      return { executorRef: prefix + name };
    },
    async cancel(executorRef) {
      if (executorRef.startsWith(prefix)) waiting.delete(executorRef.slice(prefix.length));
    },
    async inspect(executorRef) {
      return executorRef.startsWith(prefix) ? stateOf(executorRef.slice(prefix.length)) : 'unknown';
    },
    async demand() {
      const inHand = waiting.size + active.size;
      return { inHand, freeSlots: Math.max(0, options.concurrency + options.lookahead - inHand) };
    },
    async close() {
      stopping.abort(new Error('the queue is closing'));
      waiting.clear();
      await Promise.allSettled(active.values());
    },
  };
}

/** The first of those with the greatest priority. */
function mostUrgent(waiting: ReadonlyMap<string, Work>): [string, Work] | undefined {
  let best: [string, Work] | undefined;
  for (const entry of waiting) if (!best || (entry[1].priority ?? 0) > (best[1].priority ?? 0)) best = entry;
  return best;
}
