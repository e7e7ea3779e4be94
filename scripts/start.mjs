// `npm start`: installs what is needed, builds the page, runs the whole product on this machine.
import { ensureInstalled, ensurePage, node, run } from './toolchain.mjs';

ensureInstalled();
ensurePage();
const args = process.argv.slice(2).filter((each) => each !== '--dev');
// `npm run dev`: the same, begun again whenever a source that it runs on changes.
const watch = args.length < process.argv.length - 2 ? ['--watch', '--watch-preserve-output'] : [];
process.exit(await run(node, [...watch, 'apps/standalone/src/main.ts', ...args]));
