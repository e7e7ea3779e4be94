// The peers of the bench, built or installed once into the cache directory of this machine.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Runs one job of a peer and gives the seconds it took, as the peer's own program measured them. */
export type PeerJob = (mode: string, file: string) => number;

/** The peers that this machine has; null for one that is absent, and `absent` says why. */
export interface Peers {
  /** C, -O3 for this processor. */
  readonly c: PeerJob | null;
  /** C, -O3 for any x86-64. */
  readonly plainC: PeerJob | null;
  readonly edflib: PeerJob | null;
  readonly python: PeerJob | null;
  readonly absent: readonly string[];
}

const folder = import.meta.dirname;
const requirements = path.join(folder, '../requirements.txt');

/** @param cache where what is built or installed stays for the next run */
export function preparePeers(cache: string): Peers {
  const absent: string[] = [];
  const tried = <T>(name: string, make: () => T): T | null => {
    try {
      return make();
    } catch (error) {
      absent.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      return null;
    }
  };
  return {
    c: tried('C', () => compiled(cache, 'yardstick.c', ['-O3', '-march=native'])),
    plainC: tried('C without -march=native', () => compiled(cache, 'yardstick.c', ['-O3'])),
    edflib: tried('EDFlib', () => {
      if (!existsSync('/usr/include/edflib.h') && os.userInfo().uid === 0) {
        execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'libedf-dev'], {
          stdio: 'ignore',
        });
      }
      return compiled(cache, 'edflib.c', ['-O3'], ['-ledf']);
    }),
    python: tried('Python peers', () => python(cache)),
    absent,
  };
}

function compiled(cache: string, source: string, flags: string[], libraries: string[] = []): PeerJob {
  const file = path.join(folder, source);
  const hash = createHash('sha256')
    .update(readFileSync(file))
    .update(flags.join(' '))
    .digest('hex')
    .slice(0, 12);
  const program = path.join(cache, `edf-bench-${path.basename(source, '.c')}-${hash}`);
  if (!existsSync(program)) {
    mkdirSync(cache, { recursive: true });
    execFileSync('gcc', [...flags, '-o', `${program}.new`, file, ...libraries], { stdio: 'pipe' });
    renameSync(`${program}.new`, program);
  }
  return (mode, input) => run(program, [mode, input]);
}

/** Where the Python environment of these requirements is on this machine. */
function python(cache: string): PeerJob {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const environment = path.join(cache, `edf-peers-${hash}`);
  const program = path.join(environment, 'bin/python');
  const isComplete = path.join(environment, 'complete');
  if (!existsSync(isComplete)) {
    mkdirSync(cache, { recursive: true });
    rmSync(environment, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'pipe' });
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { stdio: 'pipe' });
    mkdirSync(isComplete);
  }
  return (mode, input) => run(program, [path.join(folder, 'peers.py'), mode, input]);
}

function run(program: string, parameters: string[]): number {
  const printed = execFileSync(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  const seconds = Number(printed.trim().split('\n').at(-1));
  if (!(seconds > 0)) throw new Error(`${path.basename(program)} ${parameters.join(' ')} printed no time.`);
  return seconds;
}
