import { parentPort } from 'node:worker_threads';
import { runScenario } from './crash-points.ts';
import { scenarios } from './scenarios.ts';

/** A thread that puts a scenario through its crash points. */
parentPort?.on('message', ({ index, withPairs }: { index: number; withPairs: boolean }) => {
  void runScenario(scenarios[index]!, withPairs).then((report) => parentPort?.postMessage(report));
});
