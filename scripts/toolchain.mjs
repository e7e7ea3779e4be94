// Plain JavaScript for Node 20 and newer: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The Node that the project runs on, whatever Node npm runs on. */
export const node = path.join(root, 'node_modules', 'node', 'bin', 'node');

const installStamp = path.join(root, 'node_modules', '.edf-pipeline-installed');
const pageFolder = path.join(root, 'apps', 'web', 'build');
const pageStamp = path.join(pageFolder, '.made-of');
const pageSources = [
  'apps/web',
  'libs/analysis/src',
  'libs/contracts/src',
  'libs/edf/src',
  'libs/uploader/src',
];

/** Installs exactly what the lock file says, unless that is there already. */
export function ensureInstalled() {
  const wanted = hashOf([path.join(root, 'package-lock.json')]);
  if (existsSync(installStamp) && existsSync(node) && readFileSync(installStamp, 'utf8') === wanted) return;
  process.stdout.write('Installing packages (once, about a minute) …\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(installStamp, wanted);
}

/** Builds the web page, unless it is made of the present sources already. */
export function ensurePage() {
  const wanted = hashOf(pageSources.flatMap((folder) => filesBelow(path.join(root, folder))));
  if (existsSync(pageStamp) && readFileSync(pageStamp, 'utf8') === wanted) return;
  process.stdout.write('Building the web page …\n');
  const vite = path.join('node_modules', 'vite', 'bin', 'vite.js');
  const bin = [path.join(root, 'apps', 'web', vite), path.join(root, vite)].find(existsSync);
  const built = spawnSync(node, [bin, 'build', '--logLevel', 'warn'], {
    cwd: path.join(root, 'apps', 'web'),
    stdio: 'inherit',
  });
  if (built.status !== 0) process.exit(built.status ?? 1);
  mkdirSync(pageFolder, { recursive: true });
  writeFileSync(pageStamp, wanted);
}

/** Runs a command of the project to its end; answers its exit status. Signals reach it through the terminal or from us. */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', forward);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (status, signal) => {
      process.off('SIGTERM', forward);
      resolve(status ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** Environment for jest as native ES modules. */
export const jestEnvironment = {
  ...process.env,
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
};

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(folder) {
  const skipped = new Set(['node_modules', 'build', 'dist']);
  return readdirSync(folder)
    .filter((name) => !skipped.has(name))
    .sort()
    .flatMap((name) => {
      const file = path.join(folder, name);
      return statSync(file).isDirectory() ? filesBelow(file) : [file];
    });
}
