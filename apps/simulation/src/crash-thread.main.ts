import { parentPort } from 'node:worker_threads';
import { runScenario, scenarios } from './crash-points.ts';

/** A thread that puts a scenario through its crash points. */
parentPort?.on('message', ({ index, withPairs }: { index: number; withPairs: boolean }) => {
  void runScenario(scenarios[index]!, withPairs).then((report) => parentPort?.postMessage(report));
});
