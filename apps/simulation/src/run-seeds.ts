import { Worker } from 'node:worker_threads';
import type { Violation } from './violation.ts';

export interface ToSeedThread {
  readonly seed: number;
  readonly uploads: number;
}

/** What became of one seed. */
export interface FromSeedThread {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly traceHash: string;
  readonly effects: number;
  /** Virtual. */
  readonly seconds: number;
  /** The simulation itself failed; null when it did not. */
  readonly error: string | null;
}

export interface SeedsOptions {
  readonly from: number;
  readonly count: number;
  readonly uploads: number;
  readonly threads: number;
  /** Hears of every seed as it ends, in no order. */
  readonly onSeed: (verdict: FromSeedThread) => void;
}

export interface SeedsSummary {
  readonly seeds: number;
  readonly effects: number;
  readonly virtualSeconds: number;
  /** In the order of their seeds. */
  readonly failed: readonly FromSeedThread[];
}

const THREAD = new URL('./seed-thread.main.ts', import.meta.url);

/** Runs seeds on several threads; each seed on one of them, so that how many there are changes nothing. */
export async function runSeeds(options: SeedsOptions): Promise<SeedsSummary> {
  const { from, count, uploads, onSeed } = options;
  const failed: FromSeedThread[] = [];
  let next = from;
  let effects = 0;
  let virtualSeconds = 0;

  const lane = async () => {
    const worker = new Worker(THREAD);
    try {
      while (next < from + count) {
        const verdict = await runOn(worker, { seed: next++, uploads });
        effects += verdict.effects;
        virtualSeconds += verdict.seconds;
        if (verdict.error !== null || verdict.violations.length > 0) failed.push(verdict);
        onSeed(verdict);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.threads, count) }, lane));
  failed.sort((a, b) => a.seed - b.seed);
  return { seeds: count, effects, virtualSeconds, failed };
}

function runOn(worker: Worker, task: ToSeedThread): Promise<FromSeedThread> {
  const { promise, resolve, reject } = Promise.withResolvers<FromSeedThread>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage(task);
  return promise.finally(() => worker.off('error', reject));
}
