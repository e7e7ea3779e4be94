// One thread of a fuzz run. The thread that started it watches over it: an endless loop, or memory without end, cannot
// be seen from within.
import { parentPort, workerData } from 'node:worker_threads';
import { meterAllocations } from './allocation-meter.ts';
import { BlockCoverage } from './block-coverage.ts';
import type { FuzzJob, FuzzReport } from './fuzz-job.ts';
import { startInput } from './fuzz-job.ts';
import { fuzz } from './fuzz-loop.ts';
import { corpusSeeds, fuzzSeeds } from './fuzz-seeds.ts';
import { fuzzTargets } from './fuzz-targets.ts';
import { minimise } from './minimise.ts';
import { runTarget } from './run-target.ts';

const { seed, endsAt, shared } = workerData as FuzzJob;
const say = (report: FuzzReport): void => parentPort!.postMessage(report);
const novelty = new BlockCoverage(
  (url) =>
    url.includes('/libs/edf/src/') && !url.includes('/test-support/') && !url.endsWith('kernel-module.ts'),
);
const takeAllocations = meterAllocations();
const seeds = [...fuzzSeeds(), ...corpusSeeds()];
let saidAt = 0;

const state = await fuzz({
  seed,
  seeds,
  novelty,
  takeAllocations,
  onInput: (target, bytes) => startInput(shared, target, bytes),
  isOver(now) {
    if (Date.now() - saidAt > 5000) {
      saidAt = Date.now();
      say({ kind: 'progress', state: { ...now } });
    }
    return Date.now() >= endsAt;
  },
  async onFailure(failure, bytes) {
    say({ kind: 'failure', failure, bytes });
    const smallest = await minimise(bytes, seeds[0]!, async (candidate) => {
      startInput(shared, failure.target, candidate);
      const again = await runTarget(fuzzTargets, failure.target, candidate, takeAllocations);
      return again?.reason === failure.reason;
    });
    say({ kind: 'minimised', failure, bytes: smallest });
  },
});
say({ kind: 'progress', state });
novelty.stop();
