// `npm run bench`: all benchmarks; `npm run bench -- pipeline` one of them. Ratios of one run on one machine.
import { readdirSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureInstalled, node, root, run } from './toolchain.mjs';

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
process.stdout.write(
  `${os.cpus()[0]?.model ?? 'unknown CPU'}, ${os.availableParallelism()} cores, ${os.type()} ${os.release()}, ${new Date().toISOString().slice(0, 10)}\n`,
);
for (const bench of chosen) {
  process.stdout.write(`\n${bench}\n`);
  const status = await run(node, [bench]);
  if (status !== 0) process.exit(status);
}
