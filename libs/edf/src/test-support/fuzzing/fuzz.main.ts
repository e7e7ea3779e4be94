// node fuzz.main.ts [--minutes N] [--seed S] [--out FOLDER]: fuzzes for so long, and ends with 1 when something was found.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FuzzJob, FuzzReport } from './fuzz-job.ts';
import { runningInput, sharedByteLength } from './fuzz-job.ts';
import type { FuzzFailure } from './run-target.ts';

const endlessMilliseconds = 20_000;
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    out: { type: 'string', default: join(tmpdir(), 'edf-fuzz-findings') },
  },
});
const minutes = Number(values.minutes);
const firstSeed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(firstSeed)) {
  process.stderr.write('Usage: npm run fuzz -- [--minutes N] [--seed INTEGER] [--out FOLDER]\n');
  process.exit(2);
}
const startedAt = Date.now();
const endsAt = startedAt + minutes * 60_000;
const found = new Map<string, string>();
let inputs = 0;
let kept = 0;
let threads = 0;
process.stdout.write(
  `Fuzzing libs/edf for ${minutes} minutes with seed ${firstSeed}; findings go to ${values.out}\n`,
);

while (Date.now() < endsAt - 1000 || threads === 0) await runThread(firstSeed + threads++);

const seconds = (Date.now() - startedAt) / 1000;
process.stdout.write(
  `${inputs} inputs in ${Math.round(seconds)} s (${Math.round(inputs / seconds)} a second), `,
);
process.stdout.write(`${kept} kept for new blocks, ${found.size} findings, seed ${firstSeed}\n`);
for (const [reason, file] of found) process.stdout.write(`FOUND ${reason}: ${file}\n`);
process.exitCode = found.size === 0 ? 0 : 1;

/** Until the time is over, or the thread is: one that hangs or runs out of memory is followed by another. */
async function runThread(seed: number): Promise<void> {
  const shared = new SharedArrayBuffer(sharedByteLength);
  const job: FuzzJob = { seed, endsAt, shared };
  const worker = new Worker(new URL('./fuzz-worker.main.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let sofar = { inputs: 0, kept: 0 };
  let last = { number: -1, at: Date.now() };
  const watch = setInterval(() => {
    const { number, target, bytes } = runningInput(shared);
    if (number !== last.number) last = { number, at: Date.now() };
    if (Date.now() - last.at < endlessMilliseconds) return;
    keepFinding({ target, reason: `${target} does not end`, stack: '' }, bytes);
    void worker.terminate();
  }, 1000);
  worker.on('message', (report: FuzzReport) => {
    if ('failure' in report) {
      keepFinding(report.failure, report.bytes);
      return;
    }
    sofar = report.state;
  });
  await new Promise<void>((resolve, reject) => {
    worker.on('error', (error: Error) => {
      const { number, target, bytes } = runningInput(shared);
      if (number === 0) reject(error);
      keepFinding(
        { target, reason: `${target} ends the thread: ${error.message}`, stack: error.stack ?? '' },
        bytes,
      );
    });
    worker.on('exit', () => resolve());
  });
  clearInterval(watch);
  inputs += sofar.inputs;
  kept += sofar.kept;
}

function keepFinding({ target, reason, stack }: FuzzFailure, bytes: Uint8Array): void {
  mkdirSync(values.out, { recursive: true });
  const known = found.get(reason);
  const file = known ?? join(values.out, `${target}-${firstSeed}-${found.size + 1}.edf`);
  found.set(reason, file);
  writeFileSync(file, bytes);
  writeFileSync(`${file}.txt`, `${reason}\n${bytes.length} bytes\n\n${stack}\n`);
  if (known === undefined) process.stdout.write(`FOUND ${reason}: ${file}\n`);
}
