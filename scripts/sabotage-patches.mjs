import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './toolchain.mjs';

/** Where a patch may be judged; what a run of each is, is in sabotage-suites.mjs. */
const suiteGrammar = {
  jest: /^libs\/.+\.test\.tsx?$|^apps\/.+\.test\.tsx?$/,
  servers: /\.servers\.test\.ts$/,
  simulate: /^--seeds$|^\d+$/,
};

/**
 * One protection to take away. A patch file begins with a sentence on the protection, then says by which suite its
 * loss is to be seen, then comes what `git apply` reads:
 *
 *     Only the holder of the present epoch commits.
 *
 *     Caught-by: jest libs/ledger/src/commit.test.ts
 *
 *     --- a/libs/ledger/src/lease.ts
 */
export function readPatches(folder = path.join(root, 'sabotage')) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => readPatch(path.join(folder, name)));
}

function readPatch(file) {
  const text = readFileSync(file, 'utf8');
  const begin = text.search(/^--- /m);
  const header = begin < 0 ? text : text.slice(0, begin);
  const [protection = ''] = header.split(/\n\s*\n/, 1);
  const [kind = '', ...args] = /^Caught-by: (.+)$/m.exec(header)?.[1].trim().split(/\s+/) ?? [];
  return {
    name: path.basename(file, '.patch'),
    file,
    protection: protection.trim().replaceAll(/\s+/g, ' '),
    suite: { kind, args },
    changes: [...text.matchAll(/^--- a\/(.+)$/gm)].map(([, changed]) => changed),
  };
}

/** What keeps a patch from being tried on `tree`, in words; none in the best case. */
export function faultsOf(patch, tree = root) {
  const { protection, suite, changes, file } = patch;
  const faults = [];
  if (protection === '' || protection.startsWith('Caught-by:'))
    faults.push('does not begin with a sentence on the protection');
  const grammar = suiteGrammar[suite.kind];
  if (!grammar || suite.args.length === 0 || !suite.args.every((word) => grammar.test(word)))
    faults.push('has no line "Caught-by: jest FILE…", "servers FILE…" or "simulate --seeds N"');
  else if (suite.kind !== 'simulate')
    for (const test of suite.args)
      if (!existsSync(path.join(tree, test))) faults.push(`names the suite ${test}, which is not there`);
  for (const changed of changes)
    if (/\.test\.|\.contract\.|test-support/.test(changed)) faults.push(`changes a test: ${changed}`);
  const applied = gitApply(['--check', file], tree);
  if (applied !== null) faults.push(`no longer applies: ${applied}`);
  return faults;
}

/** Applies a patch to `tree`, which need not be a repository. @returns what git says against it, or null */
export function gitApply(args, tree) {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...environment } = process.env;
  const { status, stderr, error } = spawnSync('git', ['apply', ...args], {
    cwd: tree,
    // A repository further up would be taken for the one that is meant.
    env: { ...environment, GIT_CEILING_DIRECTORIES: path.dirname(tree) },
    encoding: 'utf8',
  });
  return status === 0 ? null : (error?.message ?? stderr).trim().replaceAll('\n', '; ');
}
