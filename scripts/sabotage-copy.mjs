import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
} from 'node:fs';
import { realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './toolchain.mjs';

const WORKSPACE_SCOPE = '@edf-pipeline';

/**
 * The working tree as it is (what git tracks, and what is new and not ignored) in a temporary folder. Its packages are
 * links: those of the workspace lead into the copy, or a patch would be tried on code that nobody imports.
 */
export function copyTree() {
  const tree = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'edf-sabotage-')));
  try {
    for (const file of filesOfTree()) {
      mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
      copyFileSync(path.join(root, file), path.join(tree, file));
    }
    for (const folder of ['', ...projectFolders()]) linkPackages(tree, folder);
  } catch (error) {
    removeTree(tree);
    throw error;
  }
  return tree;
}

export function removeTree(tree) {
  rmSync(tree, { recursive: true, force: true, maxRetries: 5 });
}

function filesOfTree() {
  const { status, stdout, stderr } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1e8 },
  );
  if (status !== 0) throw new Error(`git cannot list the files of ${root}: ${stderr.trim()}`);
  const names = [...new Set(stdout.split('\0').filter(Boolean))];
  // Deleted ones are still listed.
  return names.filter(
    (name) => existsSync(path.join(root, name)) && lstatSync(path.join(root, name)).isFile(),
  );
}

function projectFolders() {
  return ['apps', 'libs'].flatMap((kind) =>
    readdirSync(path.join(root, kind)).map((name) => path.join(kind, name)),
  );
}

/** Links are made one by one: a link to the whole folder would bring the real workspace with it. */
function linkPackages(tree, folder) {
  const real = path.join(root, folder, 'node_modules');
  if (!existsSync(real)) return;
  const made = path.join(tree, folder, 'node_modules');
  mkdirSync(made, { recursive: true });
  for (const name of readdirSync(real))
    if (name !== WORKSPACE_SCOPE) symlinkSync(path.join(real, name), path.join(made, name));
  const scope = path.join(real, WORKSPACE_SCOPE);
  if (!existsSync(scope)) return;
  mkdirSync(path.join(made, WORKSPACE_SCOPE));
  for (const name of readdirSync(scope)) {
    const project = path.relative(realpathSync(root), realpathSync(path.join(scope, name)));
    symlinkSync(path.join(tree, project), path.join(made, WORKSPACE_SCOPE, name));
  }
}
