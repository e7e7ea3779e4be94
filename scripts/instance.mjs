import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from './chromium.mjs';
import { node, root } from './toolchain.mjs';

const READY = /edf-pipeline is ready: (\S+)/;

/** Starts the product on a free port with its data in `folder`, for tests; stops with it. */
export async function startInstance(folder, { args = ['--no-sample'], environment = {} } = {}) {
  mkdirSync(folder, { recursive: true });
  const data = path.join(folder, 'data');
  const child = spawn(node, ['apps/standalone/src/main.ts', '--port', '0', '--data', data, ...args], {
    cwd: root,
    env: { ...process.env, XDG_STATE_HOME: path.join(folder, 'state'), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = READY.exec(await outputUntilReady(child, exited))[1];
  const otherToken = await outputOf([
    'apps/standalone/src/mint-token.main.ts',
    '--data',
    data,
    '--tenant',
    'other',
  ]);
  return {
    url,
    data,
    environment: {
      E2E_URL: url,
      E2E_TOKEN: readFileSync(path.join(data, 'token'), 'utf8'),
      E2E_OTHER_TOKEN: otherToken.trim(),
      ...(findChromium() && { CHROMIUM_PATH: findChromium() }),
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The same as many processes, on servers that stand in for AWS. */
export async function startCluster(folder, { args = [], environment = {} } = {}) {
  const logs = path.join(folder, 'logs');
  const child = spawn(node, ['apps/local-cluster/src/main.ts', '--port', '0', '--logs', logs, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const output = await outputUntilReady(child, exited);
  const saidAs = (name) => new RegExp(`^${name}=(\\S+)$`, 'm').exec(output)?.[1];
  const url = READY.exec(output)?.[1];
  return {
    url,
    logs,
    environment: {
      E2E_URL: url,
      E2E_TOKEN: saidAs('E2E_TOKEN'),
      E2E_OTHER_TOKEN: saidAs('E2E_OTHER_TOKEN'),
      ...(findChromium() && { CHROMIUM_PATH: findChromium() }),
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function outputUntilReady(child, exited) {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (READY.test(output)) resolve(output);
    });
    exited.then(() => reject(new Error(`the instance ended before it was ready: ${output}`)));
  });
}

async function outputOf(args) {
  const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}`);
  return output;
}
