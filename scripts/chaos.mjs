// `npm run chaos -- --uploads N --seed S`: the processes of a cluster on this machine, killed again and again.
import { ensureStandIns } from './stand-ins.mjs';
import { ensureInstalled, ensurePage, node, run } from './toolchain.mjs';

ensureInstalled();
const missing = ensureStandIns();
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}
ensurePage();
process.exit(await run(node, ['apps/local-cluster/src/chaos.main.ts', ...process.argv.slice(2)]));
