// `npm run cluster`: the product as it runs in a cluster, on this machine: many processes, servers that stand in for AWS.
import { ensureStandIns } from './stand-ins.mjs';
import { ensureInstalled, ensurePage, node, run } from './toolchain.mjs';

ensureInstalled();
const missing = ensureStandIns();
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}
ensurePage();
process.exit(await run(node, ['apps/local-cluster/src/main.ts', ...process.argv.slice(2)]));
