import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Installation } from './installation.ts';
import { StandInMissing, completeMark, dynamodbInstallation, pythonInstallation } from './installation.ts';

/**
 * Installs what the stand-ins need and is not there yet: a pinned Python environment and pinned jars.
 *
 * @throws StandInMissing naming the program that this machine lacks, or what it answered
 */
export function installStandIns(): void {
  install(pythonInstallation(), installPythonEnvironment);
  install(dynamodbInstallation(), installJars);
}

function install(wanted: Installation, carryOut: (wanted: Installation) => void) {
  if (wanted.isComplete) return;
  process.stdout.write(`Installing ${wanted.name} (once) …\n`);
  rmSync(wanted.folder, { recursive: true, force: true });
  mkdirSync(wanted.folder, { recursive: true });
  carryOut(wanted);
  writeFileSync(completeMark(wanted.folder), '');
}

function installPythonEnvironment({ pins, folder }: Installation) {
  run('python3', ['-m', 'venv', folder], 'Python 3.10 or newer with its venv module');
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '-r', pins];
  run(path.join(folder, 'bin', 'python'), pip, 'a Python package index');
}

function installJars({ pins, folder }: Installation) {
  run('java', ['-version'], 'Java 17 or newer');
  copyFileSync(pins, path.join(folder, 'pom.xml'));
  const goals = ['--quiet', '--batch-mode', 'dependency:copy-dependencies', '-DoutputDirectory=jars'];
  run('mvn', goals, 'Maven 3.8 or newer and a Maven repository', folder);
}

function run(command: string, args: readonly string[], needed: string, cwd?: string) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd });
  if (status === 0) return;
  const said = (error?.message ?? stderr).trim().split('\n').at(-1) ?? '';
  throw new StandInMissing(`this needs ${needed}; ${command} said: ${said}`);
}
