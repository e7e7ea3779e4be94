// `npm test`: every tier this machine can run, one after the other; what cannot run is named with the reason.
// `npm test -- unit acceptance` runs those tiers only. With CI=true a tier that cannot run is a failure.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { startCluster, startInstance } from './instance.mjs';
import { ensurePeers, peersEnvironment } from './peers.mjs';
import { ensureStandIns } from './stand-ins.mjs';
import { ensureInstalled, ensurePage, jestEnvironment, node, root, run } from './toolchain.mjs';

const isCi = process.env.CI === 'true';
const scratch = mkdtempSync(path.join(os.tmpdir(), 'edf-pipeline-test-'));

const tiers = [
  { name: 'check', what: 'types, boundaries, style, dead code', run: runCheck },
  {
    name: 'unit',
    what: 'every library and app by itself, contract suites, corpus',
    run: () => runJest('unit', ['--config', 'jest.config.js']),
  },
  {
    name: 'servers',
    what: 'adapters against DynamoDB Local, ministack and Redis',
    needs: ensureStandIns,
    run: runServers,
  },
  {
    name: 'peers',
    what: 'what libs/edf reads and writes, against EDFlib, pyEDFlib, MNE and edfio',
    needs: ensurePeers,
    run: () => runJest('peers', ['--config', 'jest.peers.config.js'], peersEnvironment),
  },
  { name: 'acceptance', what: 'apps/e2e against a running instance, by URL', run: runAcceptance },
  {
    name: 'cluster',
    what: 'apps/e2e against many processes on stand-ins; their results against those of one process',
    needs: ensureStandIns,
    run: runCluster,
  },
  { name: 'browser', what: 'the page in a headless Chromium', needs: ensureChromium, run: runBrowser },
];

function runCheck() {
  return run(node, ['scripts/check.mjs']).then((status) =>
    status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
  );
}

async function runJest(name, args, environment = {}) {
  const outputFile = path.join(scratch, `${name}.json`);
  const jest = ['node_modules/jest/bin/jest.js', ...args, '--json', '--outputFile', outputFile];
  const status = await run(node, jest, {
    env: { ...jestEnvironment, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(outputFile)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(outputFile, 'utf8'),
  );
  const failed = numFailedTests + numRuntimeErrorTestSuites + (isCi ? numPendingTests : 0);
  return {
    passed: numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: isCi ? 0 : numPendingTests,
  };
}

function runServers() {
  ensurePage();
  // Without one the test of signing in on the page says that it does not run.
  ensureChromium();
  return runJest('servers', ['--config', 'jest.servers.config.js']);
}

async function runAcceptance() {
  const instance = await startInstance(path.join(scratch, 'acceptance'));
  try {
    return await runJest(
      'acceptance',
      ['--config', 'apps/e2e/jest.config.js', '--rootDir', 'apps/e2e'],
      instance.environment,
    );
  } finally {
    await instance.stop();
  }
}

async function runCluster() {
  const config = ['--config', 'apps/e2e/jest.compare.config.js', '--rootDir', 'apps/e2e'];
  const results = { E2E_RESULTS: path.join(scratch, 'results.json') };
  const instance = await startInstance(path.join(scratch, 'reference'));
  const reference = await runJest('reference', config, { ...instance.environment, ...results });
  await instance.stop();
  const cluster = await startCluster(path.join(scratch, 'cluster'));
  try {
    const compared = await runJest('compared', config, { ...cluster.environment, ...results });
    const accepted = await runJest(
      'cluster',
      ['--config', 'apps/e2e/jest.config.js', '--rootDir', 'apps/e2e'],
      cluster.environment,
    );
    return sumOf([reference, compared, accepted]);
  } finally {
    await cluster.stop();
  }
}

const sumOf = (counts) => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  skipped: counts.reduce((sum, { skipped }) => sum + (skipped ?? 0), 0),
});

async function runBrowser() {
  ensurePage();
  const instance = await startInstance(path.join(scratch, 'browser'));
  try {
    const config = ['--config', 'apps/e2e/jest.browser.config.js', '--rootDir', 'apps/e2e'];
    return await runJest('browser', config, instance.environment);
  } finally {
    await instance.stop();
  }
}

ensureInstalled();
process.chdir(root);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !tiers.some((tier) => tier.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no tier ${unknown.join(', ')}. Tiers: ${tiers.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
let passed = 0;
let failed = 0;
const lines = [];
for (const tier of tiers.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  process.stdout.write(`\n== ${tier.name}: ${tier.what}\n`);
  const startedAt = Date.now();
  const missing = (await tier.needs?.()) ?? null;
  const counts = missing === null ? await tier.run() : { passed: 0, failed: isCi ? 1 : 0 };
  passed += counts.passed;
  failed += counts.failed;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
  const outcome =
    missing === null ? `${counts.passed} passed, ${counts.failed} failed${skipped}` : `not run: ${missing}`;
  lines.push(`${tier.name.padEnd(12)} ${outcome} (${seconds} s)`);
}
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${lines.join('\n')}\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
