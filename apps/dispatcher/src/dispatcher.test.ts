import { cancelJob, writePolicy } from '@edf-pipeline/ledger';
import { fillPools } from './admit.ts';
import { recover, startDispatcher } from './dispatcher.ts';
import { accepted, announced, claimed, createWorld } from './test-support/world.ts';

const { jest } = import.meta;

/** Lets everything that is under way come to rest; no time passes. */
const settle = () => jest.advanceTimersByTimeAsync(0);

describe('a dispatcher', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('begins with what is waiting, without a beat of delay', async () => {
    const world = createWorld();
    await accepted(world);
    const dispatcher = startDispatcher(world.deps);
    await settle();

    expect(world.queue.handed).toHaveLength(1);
    await dispatcher.stop();
  });

  it('finds new work by itself within a beat, and at once when it is woken', async () => {
    const world = createWorld();
    const dispatcher = startDispatcher(world.deps);
    await settle();
    await accepted(world);
    await settle();
    expect(world.queue.handed).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(world.queue.handed).toHaveLength(1);
    await accepted(world);
    dispatcher.wake();
    await settle();

    expect(world.queue.handed).toHaveLength(2);
    await dispatcher.stop();
  });

  it('comes to every tenant in turn where more wait than one round looks at', async () => {
    const world = createWorld();
    const tenants = Array.from({ length: 250 }, (_, index) => `t-${String(index).padStart(3, '0')}`);
    for (const tenant of tenants) {
      await writePolicy(world.ledger, tenant, { maxRunningJobs: 1 });
      for (let count = 0; count < 2; count++) await accepted(world, tenant);
    }
    world.queue.freeSlots = tenants.length;
    const dispatcher = startDispatcher(world.deps);
    await jest.advanceTimersByTimeAsync(2_000);

    expect(new Set(world.queue.handed.map(({ tenant }) => tenant)).size).toBe(tenants.length);
    await dispatcher.stop();
  });

  it('tells what has happened when it is woken, and each thing once', async () => {
    const world = createWorld();
    const dispatcher = startDispatcher(world.deps);
    const { uploadId } = await accepted(world);
    dispatcher.wake();
    await settle();
    dispatcher.wake();
    await settle();

    expect(world.delivered.map(({ type, objectId }) => [type, objectId])).toEqual([
      ['upload.completed', uploadId],
    ]);
    await dispatcher.stop();
  });

  it('looks after work also while the object store puts a file together', async () => {
    const world = createWorld();
    const { key } = await announced(world);
    world.objects.sizes.set(key, 1_000);
    const { jobId } = await accepted(world);
    await fillPools(world.deps);
    let together = () => {};
    world.objects.head = () => new Promise((resolve) => (together = () => resolve(null)));
    world.advance(world.ledger.settings.uploadLifetimeSeconds);
    const dispatcher = startDispatcher(world.deps);
    await settle();
    world.queue.states.clear();
    world.advance(world.ledger.settings.claimSeconds + 1);
    await jest.advanceTimersByTimeAsync(10_000);

    expect((await world.job(jobId)).lostDispatches).toBe(1);
    together();
    await dispatcher.stop();
  });

  it('accepts what no event told of, once the upload is due', async () => {
    const world = createWorld();
    const { key, jobId } = await announced(world);
    world.objects.sizes.set(key, 1_000);
    const dispatcher = startDispatcher(world.deps);
    await settle();
    await expect(world.job(jobId)).rejects.toThrow();
    world.advance(601);
    await jest.advanceTimersByTimeAsync(5_000);

    expect((await world.job(jobId)).status).toBe('queued');
    await dispatcher.stop();
  });

  it('looks for what is due at once when it is told to', async () => {
    const world = createWorld();
    const { key, jobId } = await announced(world);
    const dispatcher = startDispatcher(world.deps);
    await settle();
    world.objects.sizes.set(key, 1_000);
    world.advance(601);
    dispatcher.wakeSweep();
    await settle();

    expect((await world.job(jobId)).status).toBe('queued');
    await dispatcher.stop();
  });

  it('takes a silent worker’s job back after a whole lease, and hands it out again', async () => {
    const world = createWorld();
    const { jobId } = await accepted(world);
    await fillPools(world.deps);
    await claimed(world, { tenant: 'acme', jobId, dispatch: 1, range: 0 });
    const dispatcher = startDispatcher(world.deps);
    for (let beat = 0; beat < 16; beat++) {
      world.advance(5);
      await jest.advanceTimersByTimeAsync(5_000);
    }

    expect(world.queue.handed.map(({ dispatch }) => dispatch)).toEqual([1, 2]);
    expect((await world.job(jobId)).crashes).toBe(1);
    await dispatcher.stop();
  });

  it('whose outside does not listen keeps what it has to tell, says so, and goes on with the rest', async () => {
    const world = createWorld();
    let isDeaf = true;
    const deps = {
      ...world.deps,
      deliver: async (entry: Parameters<typeof world.deps.deliver>[0]) => {
        if (isDeaf) throw new Error('nobody listens');
        await world.deps.deliver(entry);
      },
    };
    await accepted(world);
    const dispatcher = startDispatcher(deps);
    await jest.advanceTimersByTimeAsync(5_000);
    expect([world.queue.handed.length, world.delivered.length]).toEqual([1, 0]);
    expect(world.log()).toContain('"loop":"relay"');
    isDeaf = false;
    await jest.advanceTimersByTimeAsync(5_000);

    expect(world.delivered).toHaveLength(1);
    await dispatcher.stop();
  });

  it('with a row that cannot be dealt with deals with the others, and names it', async () => {
    const world = createWorld();
    const [bad, good] = [await announced(world), await announced(world)];
    for (const { key } of [bad, good]) world.objects.sizes.set(key, 1_000);
    const { head } = world.objects;
    world.objects.head = (ref) => (ref.key === bad.key ? Promise.reject(new Error('unreadable')) : head(ref));
    world.advance(601);
    const dispatcher = startDispatcher(world.deps);
    await settle();

    expect((await world.job(good.jobId)).status).toBe('queued');
    expect(world.log()).toContain(bad.uploadId);
    await dispatcher.stop();
  });

  it('that is stopped does nothing more, and leaves no timer behind', async () => {
    const world = createWorld();
    const dispatcher = startDispatcher(world.deps);
    await dispatcher.stop();
    await accepted(world);
    dispatcher.wake();
    dispatcher.wakeSweep();
    await jest.advanceTimersByTimeAsync(60_000);

    expect(world.queue.handed).toHaveLength(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('and another one beside it hand each job out once', async () => {
    const world = createWorld();
    for (let number = 0; number < 6; number++) await accepted(world);
    const dispatchers = [startDispatcher(world.deps), startDispatcher(world.deps)];
    await settle();

    expect(new Set(world.queue.handed.map(({ jobId }) => jobId)).size).toBe(6);
    expect(world.queue.handed).toHaveLength(6);
    await Promise.all(dispatchers.map((each) => each.stop()));
  });
});

describe('recovering', () => {
  const isGone = (ownerOrExecutor: string) =>
    ownerOrExecutor === 'worker:gone' || ownerOrExecutor.startsWith('fake:');

  it('takes back at once what a worker that is gone had in hand, and charges no attempt', async () => {
    const world = createWorld();
    const { jobId } = await accepted(world);
    await fillPools(world.deps);
    await claimed(world, { tenant: 'acme', jobId, dispatch: 1, range: 0 }, 'worker:gone');

    expect(await recover(world.deps, isGone)).toBe(1);
    expect(await world.job(jobId)).toMatchObject({ phase: 'backlog', evictions: 1, crashes: 0, attempts: 0 });
  });

  it('leaves alone what a living worker has', async () => {
    const world = createWorld();
    const { jobId } = await accepted(world);
    await fillPools(world.deps);
    await claimed(world, { tenant: 'acme', jobId, dispatch: 1, range: 0 }, 'worker:alive');

    expect(await recover(world.deps, (owner) => owner === 'worker:gone')).toBe(0);
    expect((await world.job(jobId)).phase).toBe('running');
  });

  it('takes back what an executor that is gone had waiting, and hands out again what was on its way', async () => {
    const world = createWorld();
    const waiting = await accepted(world);
    world.advance(1);
    const onItsWay = await accepted(world);
    world.queue.freeSlots = 1;
    await fillPools(world.deps);
    world.queue.failure = new Error('cut');
    await fillPools({
      ...world.deps,
      queues: { small: { ...world.queue, demand: async () => ({ inHand: 0, freeSlots: 1 }) } },
    });
    world.queue.failure = null;
    const phases = async () => [
      (await world.job(waiting.jobId)).phase,
      (await world.job(onItsWay.jobId)).phase,
    ];
    expect(await phases()).toEqual(['dispatched', 'dispatching']);

    expect(await recover(world.deps, isGone)).toBe(2);
    expect(await phases()).toEqual(['backlog', 'dispatched']);
    expect((await world.job(waiting.jobId)).lostDispatches).toBe(0);
  });

  it('does not bring back a job that was canceled', async () => {
    const world = createWorld();
    const { jobId } = await accepted(world);
    await cancelJob(world.ledger, 'acme', jobId);

    expect(await recover(world.deps, () => true)).toBe(0);
    expect((await world.job(jobId)).status).toBe('canceled');
  });
});
