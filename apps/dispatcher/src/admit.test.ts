import { readJob, writePolicy } from '@edf-pipeline/ledger';
import { fillPools } from './admit.ts';
import type { World } from './test-support/world.ts';
import { accepted, createWorld, fakeQueue } from './test-support/world.ts';

async function acceptedMany(world: World, tenant: string, count: number, byteLength?: number): Promise<void> {
  for (let number = 0; number < count; number++) await accepted(world, tenant, byteLength);
}

const countsOf = (handed: readonly { tenant: string }[]) =>
  Object.fromEntries(
    ['big', 'small', 'third'].map((tenant) => [
      tenant,
      handed.filter((work) => work.tenant === tenant).length,
    ]),
  );

describe('filling the pools', () => {
  it('hands out as many jobs as there are free slots, and says how many', async () => {
    const world = createWorld();
    await acceptedMany(world, 'big', 5);
    world.queue.freeSlots = 3;

    expect(await fillPools(world.deps)).toBe(3);
    expect(world.queue.handed).toHaveLength(3);
  });

  it('hands out nothing where there is nothing to do, or no room', async () => {
    const world = createWorld();
    expect(await fillPools(world.deps)).toBe(0);
    await acceptedMany(world, 'big', 1);
    world.queue.freeSlots = 0;

    expect(await fillPools(world.deps)).toBe(0);
  });

  it('lets a tenant with few jobs through beside one with many', async () => {
    const world = createWorld();
    await acceptedMany(world, 'big', 30);
    await acceptedMany(world, 'small', 3);
    await acceptedMany(world, 'third', 3);
    world.queue.freeSlots = 9;
    await fillPools(world.deps);

    expect(countsOf(world.queue.handed)).toEqual({ big: 3, small: 3, third: 3 });
  });

  it('keeps each tenant within its own limit, over several rounds', async () => {
    const world = createWorld();
    await writePolicy(world.ledger, 'big', { maxRunningJobs: 2 });
    await acceptedMany(world, 'big', 5);
    await acceptedMany(world, 'small', 5);
    for (let round = 0; round < 3; round++) await fillPools(world.deps);

    expect(countsOf(world.queue.handed)).toEqual({ big: 2, small: 5, third: 0 });
  });

  it('gives each pool its own jobs', async () => {
    const [small, large] = [fakeQueue(), fakeQueue()];
    const world = createWorld({
      queues: { small, large },
      poolFor: (byteLength) => (byteLength > 5_000 ? 'large' : 'small'),
    });
    await acceptedMany(world, 'big', 2, 1_000);
    await acceptedMany(world, 'big', 3, 9_000);

    expect(await fillPools(world.deps)).toBe(5);
    expect([small.handed.length, large.handed.length]).toEqual([2, 3]);
  });

  it('goes on with the other pools when the executor of one does not answer, and says so', async () => {
    const [small, large] = [fakeQueue(), fakeQueue()];
    const world = createWorld({
      queues: { small, large },
      poolFor: (byteLength) => (byteLength > 5_000 ? 'large' : 'small'),
    });
    await acceptedMany(world, 'big', 2, 1_000);
    await acceptedMany(world, 'big', 3, 9_000);
    small.failure = new Error('connection refused');

    expect(await fillPools(world.deps)).toBe(3);
    expect(world.log()).toContain('"pool":"small"');
    small.failure = null;
    expect(await fillPools(world.deps)).toBe(2);
  });

  it('hands the other jobs out when the executor does not take one, and that one stays due', async () => {
    const world = createWorld();
    await acceptedMany(world, 'big', 3);
    const { enqueue } = world.queue;
    let refused = '';
    world.queue.enqueue = (work, signal) => {
      refused ||= work.jobId;
      return work.jobId === refused ? Promise.reject(new Error('cut')) : enqueue(work, signal);
    };
    await fillPools(world.deps);

    expect(world.queue.handed).toHaveLength(2);
    expect(world.log()).toContain('"count":1');
    expect(await readJob(world.ledger, 'big', refused)).toMatchObject({ row: { phase: 'dispatching' } });
  });

  it('ends when it is asked to stop', async () => {
    const world = createWorld();
    const stopping = new AbortController();
    world.queue.demand = async () => {
      stopping.abort(new Error('stopping'));
      throw new Error('cut');
    };

    await expect(fillPools(world.deps, stopping.signal)).rejects.toThrow('stopping');
    expect(world.log()).toBe('');
  });
});
