// `npm run bench`: all benchmarks; `npm run bench -- pipeline` one of them. Ratios of one run on one machine; each writes
// its table of docs/performance.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { machine, writeTable } from './bench-table.mjs';
import { ensureInstalled, node, root } from './toolchain.mjs';

ensureInstalled();
const folders = ['libs', 'apps'].flatMap((kind) =>
  readdirSync(path.join(root, kind)).map((name) => path.join(kind, name, 'bench')),
);
const benches = folders
  .filter((folder) => existsSync(path.join(root, folder)))
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((file) => path.join(folder, file)))
  .filter((file) => file.endsWith('.bench.ts'));
const wanted = process.argv[2];
const chosen = benches.filter((file) => !wanted || path.basename(file).startsWith(wanted));
process.stdout.write(`${machine()}\n`);
for (const bench of chosen) {
  process.stdout.write(`\n${bench}\n`);
  const { status, printed } = await watch(bench);
  if (status !== 0) process.exit(status);
  writeTable(path.basename(bench, '.bench.ts'), printed);
}

/** Runs it, showing what it prints; answers that too. */
async function watch(bench) {
  const child = spawn(node, [bench], { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
    process.stdout.write(text);
  });
  const [code] = await once(child, 'close');
  return { status: code ?? 1, printed };
}
