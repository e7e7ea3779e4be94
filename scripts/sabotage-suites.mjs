import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { jestEnvironment, node } from './toolchain.mjs';

/** A suite that takes longer has been hung by the patch: that is no catch, for nothing says what went wrong. */
const LIMIT_MS = 240_000;

const configs = { jest: 'jest.config.js', servers: 'jest.servers.config.js' };
const OUT_OF_TIME = /^(thrown: "?)?Exceeded timeout of/;
/** A patch whose code cannot run at all takes every protection away, and shows none of them. */
const CANNOT_RUN = /^(ReferenceError|SyntaxError)\b|is not a function|is not defined/;

/**
 * Runs a suite in `tree` and says how it ended: `failed` names the tests that failed by what they expect, `error` says
 * why nothing can be concluded (null otherwise).
 *
 * @param signal ends what runs
 */
export function runSuite({ kind, args }, tree, signal) {
  return kind === 'simulate' ? simulate(args, tree, signal) : runJest(kind, args, tree, signal);
}

async function runJest(kind, files, tree, signal) {
  const outputFile = path.join(tree, 'jest-report.json');
  rmSync(outputFile, { force: true });
  const jest = [
    'node_modules/jest/bin/jest.js',
    ...['--config', configs[kind], '--runTestsByPath', ...files],
    ...['--ci', '--json', '--outputFile', outputFile, '--cacheDirectory', path.join(tree, '.jest-cache')],
  ];
  const { isOverTime } = await runIn(tree, jest, { signal });
  if (isOverTime) return { failed: [], error: `its suite did not end within ${LIMIT_MS / 1000} s` };
  if (!existsSync(outputFile)) return { failed: [], error: 'jest gave no report' };
  return conclude(JSON.parse(readFileSync(outputFile, 'utf8')), files);
}

function conclude({ testResults, numPassedTests }, files) {
  const unrun = testResults.find(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  if (unrun) return { failed: [], error: `its suite cannot run: ${firstLine(unrun.message)}` };
  if (testResults.length < files.length) return { failed: [], error: 'jest has not run all of its suite' };
  const red = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ fullName, message: failureMessages.join('\n') }));
  const broken = red.find(({ message }) => CANNOT_RUN.test(firstLine(message)));
  if (broken) return { failed: [], error: `the patched code cannot run: ${firstLine(broken.message)}` };
  const told = red.filter(({ message }) => !OUT_OF_TIME.test(message));
  if (red.length > 0 && told.length === 0)
    return { failed: [], error: `its suite ran out of time: ${red[0].fullName}` };
  if (red.length === 0 && numPassedTests === 0)
    return { failed: [], error: 'its suite has skipped all of its tests' };
  return { failed: told.map(({ fullName }) => fullName), error: null };
}

/** Until the first seed that breaks an invariant: which ones break after it adds nothing. */
async function simulate(args, tree, signal) {
  const found = [];
  let unrun = null;
  const { output, isOverTime } = await runIn(
    tree,
    ['apps/simulation/src/main.ts', ...args, '--threads', String(os.availableParallelism())],
    {
      signal,
      onLine(line) {
        unrun ??= /^seed \d+ could not be run: .*/.exec(line)?.[0] ?? null;
        const broken = /^seed \d+ breaks [^:]+: /.exec(line);
        if (broken) found.push(`simulation: ${withoutIds(line)}`);
        return found.length > 0;
      },
    },
  );
  if (found.length > 0) return { failed: found.slice(0, 1), error: null };
  if (unrun !== null) return { failed: [], error: unrun };
  if (isOverTime) return { failed: [], error: `the simulation did not end within ${LIMIT_MS / 1000} s` };
  const isWhole = / 0 failed$/m.test(output);
  return { failed: [], error: isWhole ? null : `the simulation ended early: ${firstLine(output)}` };
}

/** Ids are drawn anew whenever the product changes; what they are of stays. */
const withoutIds = (line) => line.replaceAll(/(?<![0-9A-Za-z])[0-9A-Z]{26}\b/g, '…');

const firstLine = (text) =>
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? '';

/** @param onLine is shown each line of standard output; true ends the program */
function runIn(tree, args, { signal, onLine = () => false }) {
  // What a test that is killed leaves behind goes with the copy.
  const scratch = path.join(tree, '.scratch');
  mkdirSync(scratch, { recursive: true });
  const child = spawn(node, args, {
    cwd: tree,
    env: { ...jestEnvironment, FORCE_COLOR: '0', TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that jest's workers end with it.
    detached: true,
  });
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  let output = '';
  let isOverTime = false;
  let rest = '';
  const read = (chunk) => {
    output += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (lines.some((line) => onLine(line))) end();
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.resume();
  const limit = setTimeout(() => {
    isOverTime = true;
    end();
  }, LIMIT_MS);
  signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(limit);
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason);
      else resolve({ output, isOverTime });
    });
  });
}
