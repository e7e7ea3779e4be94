import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ensurePage, node, root, run } from './toolchain.mjs';

/** Installs the servers that stand in for AWS and Redis; answers why that cannot be, or null when they are there. */
export function ensureStandIns() {
  const { status, stderr } = spawnSync(node, ['libs/stand-ins/src/install.main.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  return status === 0 ? null : stderr.trim();
}

/**
 * Runs a program that needs the stand-ins and the page, with the arguments of ours; ends as it does. Where these name
 * servers that run already, none are installed.
 */
export async function runOnStandIns(program) {
  ensureInstalled();
  const areRunning = process.argv.some((argument) => argument.startsWith('--ministack'));
  const missing = areRunning ? null : ensureStandIns();
  if (missing !== null) {
    process.stderr.write(`${missing}\n`);
    process.exit(1);
  }
  ensurePage();
  process.exit(await run(node, [program, ...process.argv.slice(2)]));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  const missing = ensureStandIns();
  if (missing !== null) process.stderr.write(`${missing}\n`);
  process.exit(missing === null ? 0 : 1);
}
