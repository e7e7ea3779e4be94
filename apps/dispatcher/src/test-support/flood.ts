import { fillPools } from '../admit.ts';
import { accepted, createWorld, fakeQueue, finished } from './world.ts';

const small = Array.from({ length: 10 }, (_, index) => `small-${index}`);
const JOBS_OF_EACH = 10;
/** Jobs worked at a time, a second each. */
export const WORKERS = 8;

/**
 * Median of the seconds that the jobs of ten tenants, ten of each, wait for a worker: beside a tenant that has sent
 * `flood` jobs just before, as many of which are in the queue already as one tenant may have in hand.
 *
 * @param slots how many the queue holds, those at work included
 */
export async function medianWaitBeside(flood: number, slots: number): Promise<number> {
  const queue = fakeQueue();
  const world = createWorld({ queues: { small: queue } });
  const fill = () => {
    queue.freeSlots = slots - queue.handed.length;
    return fillPools(world.deps);
  };
  for (let index = 0; index < flood; index++) await accepted(world, 'flood');
  await fill();
  for (const tenant of small)
    for (let index = 0; index < JOBS_OF_EACH; index++) await accepted(world, tenant);
  const waits: number[] = [];
  for (let second = 0; waits.length < small.length * JOBS_OF_EACH; second++) {
    await fill();
    for (const work of queue.handed.splice(0, WORKERS)) {
      if (work.tenant !== 'flood') waits.push(second);
      await finished(world, work);
    }
    world.advance(1);
  }
  return waits.sort((a, b) => a - b)[waits.length >> 1]!;
}
