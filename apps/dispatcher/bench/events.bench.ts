// How many object events a dispatcher accepts and hands out in a second, with the ledger in memory:
// `npm run bench -- events`.
import { fillPools } from '../src/admit.ts';
import { handleMessage } from '../src/handle-message.ts';
import { announced, createWorld, fakeQueue, finished } from '../src/test-support/world.ts';

const COUNT = 5_000;
const ROUNDS = 5;
/** What one receive brings. */
const BATCH = 10;
const BUCKET = 'recordings';

async function eventsPerSecond(): Promise<number> {
  const queue = fakeQueue(100);
  const world = createWorld({ queues: { small: queue } });
  const bodies: string[] = [];
  for (let index = 0; index < COUNT; index++) {
    const { key } = await announced(world, `tenant-${index % 20}`);
    world.objects.sizes.set(key, 1_000);
    const s3 = { bucket: { name: BUCKET }, object: { key: encodeURIComponent(key), versionId: 'v1' } };
    bodies.push(JSON.stringify({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }] }));
  }
  let milliseconds = 0;
  for (let index = 0; index < COUNT; index += BATCH) {
    const begunAt = performance.now();
    const batch = bodies.slice(index, index + BATCH);
    const fates = await Promise.all(batch.map((body) => handleMessage(world.deps, BUCKET, body)));
    await fillPools(world.deps);
    milliseconds += performance.now() - begunAt;
    if (fates.some((fate) => fate !== 'delete')) throw new Error('an event was not accepted');
    const handed = queue.handed.splice(0);
    if (handed.length !== batch.length) throw new Error(`${handed.length} were handed out`);
    // Other processes' work, and not counted.
    for (const work of handed) await finished(world, work);
  }
  return (COUNT / milliseconds) * 1000;
}

const rates: number[] = [];
for (let round = 0; round < ROUNDS; round++) rates.push(await eventsPerSecond());
rates.sort((a, b) => a - b);
const median = Math.round(rates[ROUNDS >> 1] ?? 0);
console.log(
  `| ${COUNT} object events of 20 tenants accepted and their jobs handed out, ledger in memory, median of ${ROUNDS} | ${median} a second | ≥ 1,000 a second |`,
);
