import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, node, root } from './toolchain.mjs';

/** Installs the servers that stand in for AWS and Redis; answers why that cannot be, or null when they are there. */
export function ensureStandIns() {
  const { status, stderr } = spawnSync(node, ['libs/stand-ins/src/install.main.ts'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  return status === 0 ? null : stderr.trim();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureInstalled();
  const missing = ensureStandIns();
  if (missing !== null) process.stderr.write(`${missing}\n`);
  process.exit(missing === null ? 0 : 1);
}
