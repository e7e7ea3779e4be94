import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runCrashPoints } from './crash-points.ts';
import { describeEffect } from './history.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    uploads: { type: 'string', default: '50' },
    threads: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
    'crash-points': { type: 'boolean', default: false },
  },
});
const uploads = Number(values.uploads);

if (values.replay !== undefined) await replay(Number(values.replay));
else if (values['crash-points']) await crashAtEveryPoint();
else await runAll(Number(values.seeds), Number(values.from));

/** Everything that happened under one seed, line by line, and what is wrong with it. */
async function replay(seed: number): Promise<void> {
  const { effects, log, violations, traceHash, seconds } = await runSeed(seed, { uploads });
  for (const effect of effects) console.log(describeEffect(effect));
  for (const { by, level, sentence, fields } of log)
    if (level !== 'info') console.log(`log of ${by}: ${sentence}`, JSON.stringify(fields));
  console.log(`seed ${seed}: trace ${traceHash}, ${Math.round(seconds)} virtual seconds`);
  for (const violation of violations) console.log(violation);
  if (violations.length > 0) process.exitCode = 1;
}

async function runAll(seeds: number, from: number): Promise<void> {
  const begunAt = performance.now();
  let done = 0;
  const summary = await runSeeds({
    from,
    count: seeds,
    uploads,
    threads: Number(values.threads),
    onSeed({ seed, violations, error }) {
      done += 1;
      if (error !== null) console.log(`seed ${seed} could not be run: ${error}`);
      for (const { invariant, subject, says } of violations)
        console.log(`seed ${seed} breaks ${invariant}: ${subject} ${says}`);
      if (violations.length > 0) console.log(`  npm run simulate -- --replay ${seed} --uploads ${uploads}`);
      if (done % 500 === 0) console.log(`${done} of ${seeds} seeds, ${rate(done, begunAt)} a second`);
    },
  });
  console.log(
    `${summary.seeds} seeds of ${uploads} uploads, ${summary.effects} effects in ` +
      `${Math.round(summary.virtualSeconds / 3600)} virtual hours, ${rate(summary.seeds, begunAt)} seeds a second: ` +
      `${summary.failed.length} failed`,
  );
  if (summary.failed.length > 0) process.exitCode = 1;
}

async function crashAtEveryPoint(): Promise<void> {
  const reports = await runCrashPoints({ withPairs: true, threads: Number(values.threads) });
  for (const { scenario, effects, points, pairs, retried, failed } of reports) {
    const counts = `${effects} effects, ${points} single points, ${pairs} ordered pairs`;
    console.log(`${scenario}: ${counts}, ${retried} retried by hand, ${failed.length} failed`);
    for (const { plan, violations } of failed.slice(0, 5)) console.log(`  ${plan}`, violations);
    if (failed.length > 0) process.exitCode = 1;
  }
}

function rate(count: number, begunAt: number): string {
  return ((count / (performance.now() - begunAt)) * 1000).toFixed(1);
}
