import type { RedisServer } from '@edf-pipeline/stand-ins';
import { startRedis } from '@edf-pipeline/stand-ins';
import { Redis } from 'ioredis';
import type { JobQueueHarness } from '../job-queue.contract.ts';
import { jobQueueContract, rememberingQueueContract } from '../job-queue.contract.ts';
import { holdWork } from '../test-support/held-work.ts';
import { until } from '../test-support/until.ts';
import { createBullmqQueue, incarnationOf } from './bullmq-queue.ts';
import { runBullmqWorker } from './bullmq-worker.ts';

let server: RedisServer;
let client: Redis;
let pools = 0;
const newPool = () => `pool-${++pools}`;
const work = { tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 };

beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

async function makeHarness(): Promise<JobQueueHarness> {
  const pool = newPool();
  const held = holdWork();
  const redis = { url: server.url };
  const queue = createBullmqQueue({ redis, pool, window: 8 });
  const hooks = { onError: () => undefined, onWorkError: () => undefined };
  const worker = runBullmqWorker({ redis, pool, concurrency: 2, handler: held.handler, hooks });
  const dispose = async () => {
    await worker.stop({ graceSeconds: 0, limitSeconds: 5 });
    await queue.close();
  };
  return { ...held, queue, dispose };
}

jobQueueContract('BullMQ on Redis', makeHarness);
rememberingQueueContract('BullMQ on Redis', makeHarness);

describe('BullMQ on Redis', () => {
  it('holds nothing of a job but its names, neither while it waits nor when it has ended', async () => {
    const pool = newPool();
    const queue = createBullmqQueue({ redis: { url: server.url }, pool, window: 4 });
    const row = { ...work, patient: 'CANARY', sealedFileName: 'CANARY' };
    await queue.enqueue(row);
    await queue.enqueue({ ...row, jobId: 'job_2' });
    const held = holdWork();
    const worker = runBullmqWorker({
      redis: { url: server.url },
      pool,
      concurrency: 1,
      handler: async (given, signal) => {
        await held.handler(given, signal).catch(() => undefined);
        throw new Error('CANARY in a message');
      },
      hooks: { onError: () => undefined, onWorkError: () => undefined },
    });
    await held.hasBegun(1);
    await held.finish(work);
    await held.hasBegun(2);
    const dump = await dumpOf(pool);
    await worker.stop({ graceSeconds: 0, limitSeconds: 5 });
    await queue.close();

    expect(dump).toContain('"jobId":"job_1"');
    expect(dump).not.toContain('CANARY');
  });

  it('counts delayed work as demand once it is due, and its place from the start', async () => {
    const pool = newPool();
    let now = new Date('2026-03-01T12:00:00.000Z');
    const queue = createBullmqQueue({ redis: { url: server.url }, pool, window: 4, clock: () => now });
    const due = Date.parse('2026-03-01T12:00:10.000Z');
    await client.zadd(`{edf}:${pool}:delayed`, String(due * 4096 + 7), 'job_9-d1-r0');
    const before = await queue.demand();
    now = new Date(due);
    const after = await queue.demand();
    await queue.close();

    expect(before).toEqual({ inHand: 0, freeSlots: 3 });
    expect(after).toEqual({ inHand: 1, freeSlots: 3 });
  });

  it('goes on counting work whose only worker has died', async () => {
    const pool = newPool();
    const queue = createBullmqQueue({ redis: { url: server.url }, pool, window: 4 });
    await client.lpush(`{edf}:${pool}:active`, 'job_9-d1-r0');

    expect(await queue.demand()).toEqual({ inHand: 1, freeSlots: 3 });
    await queue.close();
  });

  it('forgets the oldest of what has ended beyond what it is to keep', async () => {
    const pool = newPool();
    const redis = { url: server.url };
    const queue = createBullmqQueue({ redis, pool, window: 4, kept: { seconds: 60, count: 2 } });
    const hooks = { onError: () => undefined, onWorkError: () => undefined };
    const worker = runBullmqWorker({ redis, pool, concurrency: 1, handler: async () => 'done', hooks });
    for (const jobId of ['job_1', 'job_2', 'job_3', 'job_4']) {
      const { executorRef } = await queue.enqueue({ ...work, jobId });
      await until(async () => (await queue.inspect(executorRef)) === 'finished');
    }
    const completed = await client.zcard(`{edf}:${pool}:completed`);
    await worker.stop({ graceSeconds: 0, limitSeconds: 5 });
    await queue.close();

    expect(completed).toBe(2);
  });

  it('gives references that tell under which contents of Redis they were given out', async () => {
    const pool = newPool();
    const queue = createBullmqQueue({ redis: { url: server.url }, pool, window: 4 });
    const { executorRef } = await queue.enqueue(work);
    await queue.close();

    expect(incarnationOf(executorRef)).toBe(await client.get('{edf}:incarnation'));
    expect(incarnationOf('in-process:abc:job_1-d1-r0')).toBeNull();
  });

  it('works where only one slot of a cluster may be touched by a script', async () => {
    const keys = await client.keys('*');

    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !key.startsWith('{edf}:'))).toEqual([]);
  });
});

/** Everything that Redis holds for a pool. */
async function dumpOf(pool: string): Promise<string> {
  const parts: unknown[] = [];
  for (const key of await client.keys(`{edf}:${pool}:*`)) {
    const type = await client.type(key);
    if (type === 'hash') parts.push(key, await client.hgetall(key));
    else if (type === 'zset') parts.push(key, await client.zrange(key, '0', '-1'));
    else if (type === 'list') parts.push(key, await client.lrange(key, 0, -1));
    else if (type === 'stream') parts.push(key, await client.xrange(key, '-', '+'));
    else if (type === 'string') parts.push(key, await client.get(key));
    else if (type === 'set') parts.push(key, await client.smembers(key));
    else throw new Error(`${key} is a ${type}`);
  }
  return JSON.stringify(parts).replaceAll('\\', '');
}
