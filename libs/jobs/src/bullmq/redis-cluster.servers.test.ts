import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerProcess } from '@edf-pipeline/stand-ins';
import { freePort, startServerProcess } from '@edf-pipeline/stand-ins';
import { Redis } from 'ioredis';
import { holdWork } from '../test-support/held-work.ts';
import { until } from '../test-support/until.ts';
import { createBullmqQueue } from './bullmq-queue.ts';
import { runBullmqWorker } from './bullmq-worker.ts';

let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'redis-cluster-'));
  server = await startClusterNode(folder);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

describe('a Redis in cluster mode', () => {
  it('carries work, though it refuses scripts that touch two slots', async () => {
    const redis = { url: `redis://127.0.0.1:${server.port}`, isCluster: true };
    const queue = createBullmqQueue({ redis, pool: 'small', window: 4 });
    const held = holdWork();
    const hooks = { onError: () => undefined, onWorkError: () => undefined };
    const worker = runBullmqWorker({ redis, pool: 'small', concurrency: 1, handler: held.handler, hooks });
    const work = { tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 };
    const { executorRef } = await queue.enqueue(work);
    await held.hasBegun(1);
    const demand = await queue.demand();
    await held.finish(work);
    await until(async () => (await queue.inspect(executorRef)) === 'finished');
    const isOrderly = await worker.stop({ graceSeconds: 0, limitSeconds: 5 });
    await queue.close();

    expect(demand).toEqual({ inHand: 1, freeSlots: 3 });
    expect(isOrderly).toBe(true);
  });
});

/** One node that has all slots. */
async function startClusterNode(dir: string): Promise<ServerProcess> {
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    save: '',
    dir,
    'cluster-enabled': 'yes',
    // A node that never met another does not know its own address.
    'cluster-announce-ip': '127.0.0.1',
    'cluster-port': await freePort(),
  };
  const node = await startServerProcess({
    command: 'redis-server',
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    port,
    isReady: () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
        socket.once('error', reject);
      }),
  });
  const admin = new Redis(port);
  await admin.cluster('ADDSLOTSRANGE', 0, 16383);
  await until(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'));
  admin.disconnect();
  return node;
}
