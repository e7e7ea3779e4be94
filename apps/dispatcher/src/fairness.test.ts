import type { Work } from '@edf-pipeline/jobs';
import { fillPools } from './admit.ts';
import { accepted, createWorld, fakeQueue, finished } from './test-support/world.ts';

const SLOTS = 8;
const small = Array.from({ length: 10 }, (_, index) => `small-${index}`);

/**
 * Works off what the tenants have sent, eight jobs at a time and a second each; how many seconds the jobs of the small
 * tenants waited, sorted.
 */
async function waitsOf(counts: Readonly<Record<string, number>>): Promise<number[]> {
  const queue = fakeQueue(SLOTS);
  const world = createWorld({ queues: { small: queue } });
  for (const [tenant, count] of Object.entries(counts))
    for (let index = 0; index < count; index++) await accepted(world, tenant);
  const waits: number[] = [];
  for (let second = 0; waits.length < small.length * 10; second++) {
    await fillPools(world.deps);
    const running: Work[] = queue.handed.splice(0);
    for (const work of running) {
      if (small.includes(work.tenant)) waits.push(second);
      await finished(world, work);
    }
    world.advance(1);
  }
  return waits.sort((a, b) => a - b);
}

const median = (sorted: readonly number[]) => sorted[sorted.length >> 1] ?? NaN;

test('A tenant that sends very much makes the others wait at most twice as long as without it', async () => {
  const tenPerTenant = Object.fromEntries(small.map((tenant) => [tenant, 10]));

  const alone = median(await waitsOf(tenPerTenant));
  const beside = median(await waitsOf({ flood: 2_000, ...tenPerTenant }));

  expect(alone).toBeGreaterThan(0);
  expect(beside).toBeLessThanOrEqual(2 * alone);
});
