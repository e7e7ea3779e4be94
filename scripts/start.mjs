// `npm start`: installs what is needed, builds the page, runs the whole product on this machine.
import { ensureInstalled, ensurePage, node, run } from './toolchain.mjs';

ensureInstalled();
ensurePage();
process.exit(await run(node, ['apps/standalone/src/main.ts', ...process.argv.slice(2)]));
