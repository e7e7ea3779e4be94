import { parentPort } from 'node:worker_threads';
import { runSeed } from './run-seed.ts';
import type { FromSeedThread, ToSeedThread } from './run-seeds.ts';

// Most errors here are answers that were drawn; to say where each was made would be a tenth of the work.
Error.stackTraceLimit = 0;

/** A thread that runs the seeds it is told, one after the other. */
parentPort?.on('message', ({ seed, uploads }: ToSeedThread) => {
  runSeed(seed, { uploads }).then(
    ({ violations, traceHash, effects, seconds }) =>
      answer({ seed, violations, traceHash, effects: effects.length, seconds, error: null }),
    (error: unknown) =>
      answer({
        seed,
        violations: [],
        traceHash: '',
        effects: 0,
        seconds: 0,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});

const answer = (verdict: FromSeedThread) => parentPort?.postMessage(verdict);
