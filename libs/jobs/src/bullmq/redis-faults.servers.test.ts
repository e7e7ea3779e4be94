import type { RedisServer } from '@edf-pipeline/stand-ins';
import { freePort, startRedis } from '@edf-pipeline/stand-ins';
import { Redis } from 'ioredis';
import { isTransientQueueError } from '../job-queue-error.ts';
import { holdWork } from '../test-support/held-work.ts';
import { until } from '../test-support/until.ts';
import { createBullmqQueue, incarnationOf } from './bullmq-queue.ts';
import { runBullmqWorker } from './bullmq-worker.ts';
import type { IncarnationLoss } from './incarnation.ts';
import { watchIncarnation } from './incarnation.ts';

const work = { tenant: 'lab', jobId: 'job_1', dispatch: 1, range: 0 };
const disposals: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
});

async function start(port?: number): Promise<RedisServer> {
  const server = await startRedis({ port });
  disposals.push(() => server.stop());
  return server;
}

function openQueue(url: string) {
  const queue = createBullmqQueue({ redis: { url }, pool: 'small', window: 8, callSeconds: 0.5 });
  disposals.push(() => queue.close());
  return queue;
}

function openWatch(url: string, onLost: (loss: IncarnationLoss) => Promise<void>, seconds = 600) {
  const watch = watchIncarnation({ redis: { url }, seconds, onLost, onError: () => undefined });
  disposals.push(() => watch.stop());
  return watch;
}

function openWorker(url: string) {
  const held = holdWork();
  const worker = runBullmqWorker({
    redis: { url },
    pool: 'small',
    concurrency: 1,
    handler: held.handler,
    hooks: { onError: () => undefined, onWorkError: () => undefined },
    timing: { lockSeconds: 2, stalledSeconds: 1 },
  });
  disposals.push(() => worker.stop({ graceSeconds: 0, limitSeconds: 3 }));
  return held;
}

const flush = async (url: string) => {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
};

/** Rejects as what may pass, and how long that took. */
async function failsFast(call: () => Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isTransientQueueError(error)) throw new Error('it did not fail as what may pass', { cause: error });
  return performance.now() - begunAt;
}

describe('a queue whose Redis is in trouble', () => {
  it('fails every call within its limit while Redis is frozen, and works when it thaws', async () => {
    const server = await start();
    const queue = openQueue(server.url);
    const { executorRef } = await queue.enqueue(work);
    server.signal('SIGSTOP');
    const calls = [
      () => queue.enqueue({ ...work, jobId: 'job_2' }),
      () => queue.inspect(executorRef),
      () => queue.demand(),
      () => queue.cancel(executorRef),
    ];
    const took = [];
    for (const call of calls) took.push(await failsFast(call));
    server.signal('SIGCONT');
    await until(async () => (await queue.inspect(executorRef).catch(() => null)) === 'waiting');
    await queue.enqueue({ ...work, jobId: 'job_2' });

    expect(Math.max(...took)).toBeLessThan(800);
    // A frozen server took the bytes all the same: what failed may have happened, and happens once.
    expect(await queue.demand()).toEqual({ inHand: 2, freeSlots: 6 });
  });

  it('works after Redis was frozen at its very first work', async () => {
    const server = await start();
    const connected = openQueue(server.url);
    await connected.demand();
    server.signal('SIGSTOP');
    const unconnected = openQueue(server.url);
    await failsFast(() => connected.enqueue(work));
    const took = await failsFast(() => unconnected.enqueue(work));
    server.signal('SIGCONT');
    for (const queue of [connected, unconnected])
      await until(async () => (await queue.enqueue(work).catch(() => null)) !== null);

    expect(took).toBeLessThan(800);
    expect(await connected.demand()).toEqual({ inHand: 1, freeSlots: 7 });
  });

  it('fails at once while Redis is gone, also when it was never there', async () => {
    const port = await freePort();
    const queue = openQueue(`redis://127.0.0.1:${port}`);
    await failsFast(() => queue.demand());
    const took = await failsFast(() => queue.enqueue(work));
    await start(port);
    await until(async () => (await queue.enqueue(work).catch(() => null)) !== null);

    expect(took).toBeLessThan(100);
    expect(await queue.demand()).toEqual({ inHand: 1, freeSlots: 7 });
  });

  it('notices a Redis that came back empty, and the same dispatch can be handed over again', async () => {
    const server = await start();
    const queue = openQueue(server.url);
    const held = openWorker(server.url);
    const lost: IncarnationLoss[] = [];
    const watch = openWatch(server.url, async (loss) => void lost.push(loss));
    await watch.check();
    await queue.enqueue(work);
    await held.hasBegun(1);
    const { executorRef } = await queue.enqueue({ ...work, jobId: 'job_2' });
    await server.stop();
    await failsFast(() => watch.check());
    await start(server.port);
    await until(async () => (await watch.check().catch(() => null)) !== null);
    // Each connection comes back in its own time.
    await until(async () => (await queue.demand().catch(() => null)) !== null);

    expect(lost).toHaveLength(1);
    expect(lost[0]?.previous).toBe(incarnationOf(executorRef));
    expect(await queue.inspect(executorRef)).toBe('unknown');
    const again = await queue.enqueue({ ...work, jobId: 'job_2' });
    expect(incarnationOf(again.executorRef)).toBe(lost[0]?.current);
    await held.finish(work);
    await held.hasBegun(2);
    expect(held.begun[1]?.jobId).toBe('job_2');
  });

  it('has a worker that goes on within seconds of Redis coming back', async () => {
    const server = await start();
    const queue = openQueue(server.url);
    const held = openWorker(server.url);
    await queue.enqueue(work);
    await held.hasBegun(1);
    await held.finish(work);
    await server.stop();
    await failsFast(() => queue.demand());
    await start(server.port);
    const backAt = performance.now();
    await until(async () => (await queue.enqueue({ ...work, jobId: 'job_2' }).catch(() => null)) !== null);
    await held.hasBegun(2);

    expect((performance.now() - backAt) / 1000).toBeLessThan(15);
  });
});

describe('the incarnation of a Redis', () => {
  it('is one for all who ask first at the same time', async () => {
    const { url } = await start();
    const queues = Array.from({ length: 5 }, () => openQueue(url));
    const refs = await Promise.all(queues.map((queue) => queue.enqueue(work)));

    expect(new Set(refs.map(({ executorRef }) => incarnationOf(executorRef))).size).toBe(1);
  });

  it('is noticed as lost by every dispatcher once, whichever looks first', async () => {
    const { url } = await start();
    const lost: string[] = [];
    const [one, two] = ['one', 'two'].map((who) => openWatch(url, async () => void lost.push(who)));
    await one?.check();
    await two?.check();
    await flush(url);
    await one?.check();
    await two?.check();
    await Promise.all([one?.check(), two?.check(), one?.check()]);

    expect(lost).toEqual(['one', 'two']);
  });

  it('is noticed as lost though something was handed over in between', async () => {
    const { url } = await start();
    const lost: IncarnationLoss[] = [];
    const watch = openWatch(url, async (loss) => void lost.push(loss));
    await watch.check();
    await flush(url);
    const { executorRef } = await openQueue(url).enqueue(work);
    await watch.check();

    expect(lost).toEqual([{ previous: expect.any(String), current: incarnationOf(executorRef) }]);
  });

  it('is told to a watcher at its first look, again until that was dealt with, since what was lost before is unknown to it', async () => {
    const { url } = await start();
    const before = await openQueue(url).enqueue(work);
    await flush(url);
    const found: string[] = [];
    const watch = watchIncarnation({
      redis: { url },
      seconds: 600,
      onLost: async () => undefined,
      onFirst: async (current) => {
        if (found.push(current) === 1) throw new Error('the ledger does not answer');
      },
      onError: () => undefined,
    });
    disposals.push(() => watch.stop());
    await watch.check().catch(() => undefined);
    await watch.check();
    await watch.check();

    expect(found).toHaveLength(2);
    expect(found[1]).toBe(found[0]);
    expect(found[1]).not.toBe(incarnationOf(before.executorRef));
  });

  it('is reported as lost again until that was dealt with', async () => {
    const { url } = await start();
    let calls = 0;
    const watch = openWatch(url, async () => {
      calls += 1;
      if (calls === 1) throw new Error('the ledger does not answer');
    });
    await watch.check();
    await flush(url);
    await expect(watch.check()).rejects.toThrow('the ledger does not answer');
    await watch.check();
    await watch.check();

    expect(calls).toBe(2);
  });

  it('is looked at again and again by itself', async () => {
    const { url } = await start();
    let calls = 0;
    const watch = openWatch(url, async () => void calls++, 0.05);
    await watch.check();
    await flush(url);
    await until(() => calls > 0, 5);

    expect(calls).toBe(1);
  });
});
