import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './toolchain.mjs';

const folder = path.join(root, 'libs', 'edf', 'peers');
const requirements = path.join(folder, 'requirements.txt');
const program = path.join(folder, 'read_with_edflib.c');
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'edf-pipeline');
const debianPackages = ['libedf-dev', 'gcc', 'libc6-dev'];

/** A folder named after what it is made of, so that a change of the pins makes another one. */
const installation = (name, source) =>
  path.join(cache, `${name}-${createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12)}`);
const python = installation('edf-peers', requirements);
const edflib = installation('edf-peers-edflib', program);

/** Where tests find the other readers: an interpreter with pyEDFlib, edfio and MNE, and a program with EDFlib. */
export const peersEnvironment = {
  EDF_PEERS_PYTHON: path.join(python, 'bin', 'python'),
  EDF_PEERS_EDFLIB: path.join(edflib, 'read_with_edflib'),
};

/** Installs the readers that ours is compared with; answers why that cannot be, or null when they are there. */
export function ensurePeers() {
  return ensure(python, installPython) ?? ensure(edflib, buildEdflibReader);
}

/** @param install answers what went wrong, or null */
function ensure(target, install) {
  const mark = path.join(target, '.complete');
  if (existsSync(mark)) return null;
  process.stdout.write(`Installing ${path.basename(target)} (once) …\n`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const missing = install();
  if (missing === null) writeFileSync(mark, '');
  return missing;
}

function installPython() {
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ];
  return (
    attempt('python3', ['-m', 'venv', python], 'Python 3.11 or newer with its venv module') ??
    attempt(peersEnvironment.EDF_PEERS_PYTHON, pip, 'a Python package index')
  );
}

function buildEdflibReader() {
  const compile = () =>
    attempt(
      'gcc',
      ['-O2', '-Wall', '-Werror', '-o', peersEnvironment.EDF_PEERS_EDFLIB, program, '-ledf'],
      'gcc and EDFlib',
    );
  const missing = compile();
  if (missing === null || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return missing;
  process.stdout.write('Installing EDFlib from Debian …\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...debianPackages],
  ])
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  return compile();
}

function attempt(command, args, needed) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return null;
  const said = (error?.message ?? stderr).trim().split('\n').at(-1) ?? '';
  return `the other readers need ${needed}; ${command} said: ${said}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = ensurePeers();
  if (missing !== null) process.stderr.write(`${missing}\n`);
  process.exitCode = missing === null ? 0 : 1;
}
