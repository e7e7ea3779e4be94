import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { RedisServer } from '@edf-pipeline/stand-ins';
import { startRedis } from '@edf-pipeline/stand-ins';
import { Redis } from 'ioredis';
import { holdWork } from '../test-support/held-work.ts';
import { until } from '../test-support/until.ts';
import type { BullmqQueue } from './bullmq-queue.ts';
import { createBullmqQueue } from './bullmq-queue.ts';
import type { BullmqWorker, BullmqWorkerOptions } from './bullmq-worker.ts';
import { runBullmqWorker } from './bullmq-worker.ts';

const work = { tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 };
const name = 'job_1-d1-r0';
const short = { lockSeconds: 1, stalledSeconds: 0.5 };

let server: RedisServer;
let client: Redis;
let pools = 0;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

interface Scene {
  readonly pool: string;
  readonly queue: BullmqQueue;
  readonly reported: { what: string; of: unknown }[];
  worker(options: Pick<BullmqWorkerOptions, 'handler'> & Partial<BullmqWorkerOptions>): BullmqWorker;
}

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
});

function setScene(): Scene {
  const pool = `pool-${++pools}`;
  const redis = { url: server.url };
  const queue = createBullmqQueue({ redis, pool, window: 8 });
  const reported: Scene['reported'] = [];
  const report = (what: string) => (of: unknown) => void reported.push({ what, of });
  disposals.push(() => queue.close());
  return {
    pool,
    queue,
    reported,
    worker(options) {
      const worker = runBullmqWorker({
        redis,
        pool,
        concurrency: 1,
        hooks: {
          onError: report('error'),
          onWorkError: report('work error'),
          onLateEnd: report('late end'),
          onLockLost: report('lock lost'),
          onStalled: report('stalled'),
        },
        timing: short,
        ...options,
      });
      disposals.push(() => worker.stop({ graceSeconds: 0, limitSeconds: 2 }));
      return worker;
    },
  };
}

const said = (scene: Scene) => scene.reported.map(({ what }) => what);

describe('a worker on Redis', () => {
  it('is given the work of a process that was killed, within seconds of its lock', async () => {
    const scene = setScene();
    const main = path.join(import.meta.dirname, '../test-support/worker.main.ts');
    const child = spawn(process.execPath, [main, server.url, scene.pool], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await scene.queue.enqueue(work);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const held = holdWork();
    scene.worker({ handler: held.handler });
    await held.hasBegun(1);

    expect(held.begun).toEqual([work]);
    expect(scene.reported).toContainEqual({ what: 'stalled', of: name });
  });

  it('keeps its lock while it works for longer than the lock lasts', async () => {
    const scene = setScene();
    const held = holdWork();
    scene.worker({ handler: held.handler, concurrency: 2 });
    const { executorRef } = await scene.queue.enqueue(work);
    await held.hasBegun(1);
    const begunAt = performance.now();
    await until(() => performance.now() - begunAt > 2500);
    await held.finish(work);
    await until(async () => (await scene.queue.inspect(executorRef)) === 'finished');

    expect(held.begun).toEqual([work]);
    expect(said(scene)).toEqual([]);
  });

  it('asks work to stop whose lock is lost, and takes it calmly that Redis no longer knows the end', async () => {
    const scene = setScene();
    const held = holdWork();
    scene.worker({ handler: held.handler });
    await scene.queue.enqueue(work);
    await held.hasBegun(1);
    await client.del(`{edf}:${scene.pool}:${name}:lock`);
    await until(() => held.stopped.has(name));
    await until(() => said(scene).includes('late end'));

    expect(held.stopped.get(name)).toEqual(new Error('Redis has lost the lock of this work'));
    expect(said(scene)).not.toContain('error');
  });

  it('lets work go on whose lock is lost where the ledger alone decides', async () => {
    const scene = setScene();
    const held = holdWork();
    scene.worker({
      handler: held.handler,
      onLostLock: 'go-on',
      timing: { lockSeconds: 1, stalledSeconds: 30 },
    });
    await scene.queue.enqueue(work);
    await held.hasBegun(1);
    await client.del(`{edf}:${scene.pool}:${name}:lock`);
    await until(() => said(scene).includes('lock lost'));
    await held.finish(work);
    await until(() => said(scene).includes('late end'));

    expect(held.stopped.size).toBe(0);
  });

  it('goes on with other work after everything in Redis was lost under running work', async () => {
    const scene = setScene();
    const held = holdWork('go-on');
    scene.worker({ handler: held.handler });
    await scene.queue.enqueue(work);
    await held.hasBegun(1);
    await client.flushall();
    await held.finish(work);
    await scene.queue.enqueue({ ...work, jobId: 'job_2' });
    await held.hasBegun(2);

    expect(scene.reported).toContainEqual({ what: 'late end', of: name });
    expect(held.begun[1]?.jobId).toBe('job_2');
    await held.finish({ ...work, jobId: 'job_2' });
  });

  it('brings back later what its handler asks for later', async () => {
    const scene = setScene();
    const held = holdWork();
    scene.worker({ handler: held.handler });
    const { executorRef } = await scene.queue.enqueue(work);
    await held.hasBegun(1);
    await held.finish(work, { againInSeconds: 0.3 });
    await until(async () => (await scene.queue.inspect(executorRef)) === 'waiting');
    await held.hasBegun(2);
    await held.finish(work);
    await until(async () => (await scene.queue.inspect(executorRef)) === 'finished');

    expect(held.begun).toEqual([work, work]);
    expect(said(scene)).toEqual([]);
  });

  it('brings back work whose handler rejected, and tells why to the hook alone', async () => {
    const scene = setScene();
    const held = holdWork();
    scene.worker({ handler: held.handler, retrySeconds: 0.1 });
    await scene.queue.enqueue(work);
    await held.hasBegun(1);
    await held.fail(work);
    await held.hasBegun(2);

    expect(scene.reported).toEqual([{ what: 'work error', of: new Error('broken') }]);
    expect(JSON.stringify(await client.hgetall(`{edf}:${scene.pool}:${name}`))).not.toContain('broken');
  });

  it('ends work that begins again and again, whatever the handler says', async () => {
    const scene = setScene();
    let starts = 0;
    scene.worker({ handler: async () => (starts++, { againInSeconds: 0 }) });
    const { executorRef } = await scene.queue.enqueue(work);
    await until(async () => (await scene.queue.inspect(executorRef)) === 'finished');

    expect(starts).toBe(10);
  });

  it('puts aside an entry that is not work of this product and goes on', async () => {
    const scene = setScene();
    const { executorRef } = await scene.queue.enqueue(work);
    await client.hset(`{edf}:${scene.pool}:${name}`, 'data', '{"tenant":"CANARY"}');
    await scene.queue.enqueue({ ...work, jobId: 'job_2' });
    const held = holdWork();
    scene.worker({ handler: held.handler });
    await held.hasBegun(1);

    expect(held.begun[0]?.jobId).toBe('job_2');
    expect(await scene.queue.inspect(executorRef)).toBe('finished');
    expect(scene.reported).toMatchObject([{ what: 'error', of: { code: 'work-invalid' } }]);
  });
});

describe('a worker that is stopped', () => {
  it('lets what runs end by itself within its grace', async () => {
    const scene = setScene();
    const held = holdWork();
    const worker = scene.worker({ handler: held.handler });
    const { executorRef } = await scene.queue.enqueue(work);
    await held.hasBegun(1);
    const stopping = worker.stop({ graceSeconds: 5, limitSeconds: 10 });
    await held.finish(work);

    expect(await stopping).toBe(true);
    expect(held.stopped.size).toBe(0);
    expect(await scene.queue.inspect(executorRef)).toBe('finished');
  });

  it('asks what runs to give itself back after its grace, and takes nothing more', async () => {
    const scene = setScene();
    const held = holdWork();
    const worker = scene.worker({ handler: held.handler });
    await scene.queue.enqueue(work);
    await held.hasBegun(1);
    const { executorRef } = await scene.queue.enqueue({ ...work, jobId: 'job_2' });

    expect(await worker.stop({ graceSeconds: 0.1, limitSeconds: 10 })).toBe(true);
    expect(held.stopped.get(name)).toEqual(new Error('this worker is stopping'));
    expect(await scene.queue.inspect(executorRef)).toBe('waiting');
  });

  it('ends at its limit though work does not heed it, and the work is delivered again', async () => {
    const scene = setScene();
    const deaf = holdWork('go-on');
    const worker = scene.worker({ handler: deaf.handler });
    await scene.queue.enqueue(work);
    await deaf.hasBegun(1);
    const isOrderly = await worker.stop({ graceSeconds: 0, limitSeconds: 0.5 });
    const held = holdWork();
    scene.worker({ handler: held.handler });
    await held.hasBegun(1);

    expect(isOrderly).toBe(false);
    expect(held.begun).toEqual([work]);
    await deaf.finish(work);
  });
});
