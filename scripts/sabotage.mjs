// `npm run sabotage [-- NAME… | --list | --check]`: takes one protection away after the other, in a copy of the tree, and
// looks whether its suite sees it. `--patches FOLDER` takes others than those of sabotage/.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyTree, removeTree } from './sabotage-copy.mjs';
import { writePage } from './sabotage-page.mjs';
import { faultsOf, gitApply, readPatches } from './sabotage-patches.mjs';
import { runSuite } from './sabotage-suites.mjs';
import { ensureStandIns } from './stand-ins.mjs';
import { ensureInstalled, node } from './toolchain.mjs';

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    patches: { type: 'string' },
  },
});
const say = (line) => process.stdout.write(`${line}\n`);
const all = readPatches(values.patches && path.resolve(values.patches));
const unknown = names.filter((name) => !all.some((patch) => patch.name === name));
const chosen = all.filter(({ name }) => names.length === 0 || names.includes(name));

if (unknown.length > 0) {
  process.stderr.write(`There is no patch ${unknown.join(', ')}; npm run sabotage -- --list names them.\n`);
  process.exitCode = 2;
} else if (values.list) {
  for (const { name, protection, suite } of chosen)
    say(`${name}\n  ${protection}\n  ${suite.kind} ${suite.args.join(' ')}`);
} else if (values.check) {
  const faulty = chosen.flatMap((patch) => faultsOf(patch).map((fault) => `${patch.name} ${fault}`));
  for (const fault of faulty) say(fault);
  say(`${chosen.length} patches, ${faulty.length} faults`);
  process.exitCode = faulty.length === 0 && chosen.length > 0 ? 0 : 1;
} else {
  process.exitCode = await sabotage();
}

async function sabotage() {
  // Only where nothing is installed: the packages are shared, by links, with whatever else runs on this tree now.
  if (!existsSync(node)) ensureInstalled();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort());
  const tree = copyTree();
  try {
    const verdicts = await tryAll(tree, interrupted.signal);
    const missed = verdicts.filter(({ isCaught }) => !isCaught).length;
    const count = `${verdicts.length - missed} caught, ${missed} missed`;
    if (names.length === 0 && values.patches === undefined) writePage(verdicts, count);
    say(count);
    return missed === 0 && verdicts.length > 0 ? 0 : 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    say('interrupted');
    return 130;
  } finally {
    removeTree(tree);
  }
}

async function tryAll(tree, signal) {
  const unfit = await unfitSuites(tree, signal);
  const verdicts = [];
  for (const patch of chosen) {
    const begunAt = performance.now();
    const { failed, why } = await tryPatch(patch, tree, unfit, signal);
    const verdict = { patch, failed, why, isCaught: why === null, seconds: secondsSince(begunAt) };
    say(
      `${verdict.isCaught ? 'caught' : 'MISSED'} ${patch.name} (${verdict.seconds} s): ${why ?? failed.slice(0, 2).join(' · ')}`,
    );
    verdicts.push(verdict);
  }
  return verdicts;
}

/** @returns the tests that saw it, or why it counts as missed */
async function tryPatch(patch, tree, unfit, signal) {
  const missed = (why) => ({ failed: [], why });
  const [fault] = faultsOf(patch, tree);
  if (fault !== undefined) return missed(fault);
  const reason = patch.suite.args.map((word) => unfit.get(word)).find(Boolean) ?? unfit.get(patch.suite.kind);
  if (reason !== undefined) return missed(reason);
  const refused = gitApply([patch.file], tree);
  if (refused !== null) return missed(`does not apply: ${refused}`);
  const { failed, error } = await runSuite(patch.suite, tree, signal);
  const kept = gitApply(['--reverse', patch.file], tree);
  if (kept !== null) throw new Error(`${patch.name} could not be taken back: ${kept}`);
  if (error !== null) return missed(error);
  return failed.length > 0 ? { failed, why: null } : missed('its suite stays green');
}

/** Every suite runs once on the tree as it is: where it is red anyhow, red means nothing. */
async function unfitSuites(tree, signal) {
  const unfit = new Map();
  const fit = chosen.filter((patch) => faultsOf(patch, tree).length === 0);
  for (const [kind, patches] of Map.groupBy(fit, ({ suite }) => suite.kind)) {
    const missing = kind === 'servers' ? ensureStandIns() : null;
    if (missing !== null) {
      unfit.set(kind, `its suite cannot run here: ${missing}`);
      continue;
    }
    const begunAt = performance.now();
    const args = unpatchedArgs(kind, patches);
    const whole = await rednessOf({ kind, args }, tree, signal);
    if (whole !== null && kind === 'simulate') unfit.set(kind, whole);
    else if (whole !== null)
      for (const file of args) {
        const own = await rednessOf({ kind, args: [file] }, tree, signal);
        if (own !== null) unfit.set(file, own);
      }
    say(`${kind} without a patch (${secondsSince(begunAt)} s): ${whole ?? 'green'}`);
  }
  return unfit;
}

async function rednessOf(suite, tree, signal) {
  const { failed, error } = await runSuite(suite, tree, signal);
  if (error === null && failed.length === 0) return null;
  return `its suite is not green without it: ${error ?? failed[0]}`;
}

/** All files in one run; of seeds, the most that a patch asks for. */
function unpatchedArgs(kind, patches) {
  const args = patches.map(({ suite }) => suite.args);
  if (kind !== 'simulate') return [...new Set(args.flat())];
  return ['--seeds', String(Math.max(...args.map(([, seeds]) => Number(seeds))))];
}

function secondsSince(begunAt) {
  return Math.round((performance.now() - begunAt) / 1000);
}
