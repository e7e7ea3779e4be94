// `npm run fuzz -- --minutes N [--seed S] [--out FOLDER]`: looks for bytes that libs/edf cannot deal with.
import { ensureInstalled, node, run } from './toolchain.mjs';

ensureInstalled();
const main = 'libs/edf/src/test-support/fuzzing/fuzz.main.ts';
process.exitCode = await run(node, [main, ...process.argv.slice(2)]);
