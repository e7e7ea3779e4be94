// `npm run compare`: writes docs/peers.md, what other readers make of the recordings beside the repository.
import { ensurePeers, peersEnvironment } from './peers.mjs';
import { ensureInstalled, node, run } from './toolchain.mjs';

ensureInstalled();
const missing = ensurePeers();
if (missing === null) {
  const main = 'libs/edf/src/test-support/peer-page.main.ts';
  process.exitCode = await run(node, [main], { env: { ...process.env, ...peersEnvironment } });
} else {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 1;
}
