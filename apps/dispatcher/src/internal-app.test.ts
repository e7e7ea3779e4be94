import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writePolicy } from '@edf-pipeline/ledger';
import { createHealth } from '@edf-pipeline/service';
import { fillPools } from './admit.ts';
import { createInternalApp } from './internal-app.ts';
import type { World } from './test-support/world.ts';
import { accepted, createWorld, fakeQueue } from './test-support/world.ts';

async function asking(world: World, ask: (url: string) => Promise<void>): Promise<void> {
  const health = createHealth();
  health.setReady(true);
  const app = createInternalApp({ dispatcher: world.deps, health, redrive: async (limit) => limit });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

test('The scaler’s number is what the executor has in hand and what could run besides', async () => {
  const world = createWorld({ queues: { small: fakeQueue(2) } });
  await writePolicy(world.ledger, 'acme', { maxRunningJobs: 3 });
  for (let index = 0; index < 5; index++) await accepted(world);
  await fillPools(world.deps);

  await asking(world, async (url) => {
    const response = await fetch(`${url}/internal/demand/small`);

    expect(await response.json()).toEqual({ demand: 3, inHand: 2, eligible: 1 });
  });
});

test('A pool whose executor is away has no number, and a pool that nobody serves neither', async () => {
  const queue = fakeQueue();
  const world = createWorld({ queues: { small: queue } });
  queue.failure = new Error('Redis is away');

  await asking(world, async (url) => {
    expect((await fetch(`${url}/internal/demand/small`)).status).toBe(503);
    expect((await fetch(`${url}/internal/demand/constructor`)).status).toBe(503);
  });
});

test('Probes and the way back of dead letters answer', async () => {
  await asking(createWorld(), async (url) => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const redriven = await fetch(`${url}/internal/dead-letters/redrive`, { method: 'POST' });
    expect(await redriven.json()).toEqual({ moved: 1_000 });
  });
});
