// `npm run simulate -- --seeds N`: the product in virtual time, under every fault; see apps/simulation/README.md.
import { ensureInstalled, node, run } from './toolchain.mjs';

ensureInstalled();
process.exit(await run(node, ['apps/simulation/src/main.ts', ...process.argv.slice(2)]));
