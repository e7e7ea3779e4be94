// `npm run e2e -- --url URL [--token TOKEN --other-token TOKEN]`: the acceptance suite against a running instance.
// For an instance of this machine the tokens are found (and minted) by themselves.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, jestEnvironment, node, root, run } from './toolchain.mjs';

const { values } = parseArgs({
  options: { url: { type: 'string' }, token: { type: 'string' }, 'other-token': { type: 'string' } },
});
if (!values.url) {
  process.stderr.write('Say which instance: npm run e2e -- --url http://127.0.0.1:8080\n');
  process.exit(2);
}
ensureInstalled();
const tokens = values.token ? { own: values.token, other: values['other-token'] } : localTokens(values.url);
const environment = {
  ...jestEnvironment,
  E2E_URL: values.url,
  E2E_TOKEN: tokens.own,
  E2E_OTHER_TOKEN: tokens.other,
};
const jest = [
  'node_modules/jest/bin/jest.js',
  '--config',
  'apps/e2e/jest.config.js',
  '--rootDir',
  'apps/e2e',
];
process.exit(await run(node, jest, { env: environment }));

function localTokens(url) {
  const { hostname, port } = new URL(url);
  const state = process.env.XDG_STATE_HOME ?? path.join(os.homedir(), '.local', 'state');
  const { tokenFile } = JSON.parse(
    readFileSync(path.join(state, 'edf-pipeline', `${hostname}-${port}.json`), 'utf8'),
  );
  const mint = [
    'apps/standalone/src/mint-token.main.ts',
    '--data',
    path.dirname(tokenFile),
    '--tenant',
    'other',
  ];
  const minted = spawnSync(node, mint, { cwd: root, encoding: 'utf8' });
  return { own: readFileSync(tokenFile, 'utf8'), other: minted.stdout.trim() };
}
