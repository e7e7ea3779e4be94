import { admitJobs } from './admit.ts';
import { cancelJob } from './cancel.ts';
import { markDispatched } from './dispatch.ts';
import { commitResult } from './commit.ts';
import { jobKey } from './keys.ts';
import { defaultPolicy, readPolicy, writePolicy } from './policy.ts';
import type { JobRow } from './rows.ts';
import {
  accepted,
  claimed,
  dispatched,
  jobNow,
  newUpload,
  resultOf,
  running,
} from './test-support/scenes.ts';
import { seededRandom } from './test-support/random.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';

const countByTenant = (jobs: readonly { tenant: string }[]) =>
  Object.fromEntries(
    [...Map.groupBy(jobs, ({ tenant }) => tenant)].map(([tenant, { length }]) => [tenant, length]),
  );

const fill = async (world: World, tenant: string, count: number) => {
  for (let index = 0; index < count; index++) await accepted(world, { tenant });
};

describeOnEachStore('admitting jobs', (make) => {
  it('hands each out under a new dispatch number, due soon, and no longer in the backlog', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([{ tenant: 'acme', jobId, dispatch: 1 }]);
    expect(jobNow(world, jobId)).toMatchObject({
      phase: 'dispatching',
      status: 'queued',
      due: '2026-01-01T00:00:30.000Z',
    });
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
  });

  it('takes none when there is no slot, and none of another pool', async () => {
    const world = make();
    await accepted(world);
    expect(await admitJobs(world.ledger, 'small', 0)).toEqual([]);
    expect(await admitJobs(world.ledger, 'large', 5)).toEqual([]);
  });

  it('takes the oldest of a tenant first, and one with a head start before it', async () => {
    const world = make();
    const old = await accepted(world);
    world.clock.advance(60);
    const urgent = await accepted(world);
    const late = await accepted(world);
    const item = await world.store.get(jobKey('acme', urgent.jobId));
    if (!item) throw new Error('no job');
    const row: JobRow = { ...(item.data as JobRow), priority: 61 };
    const sort = `acme#${new Date(Date.parse(row.createdAt) - 61_000).toISOString()}#${row.id}`;
    const indexes = { ...item.indexes, backlog: { partition: 'BACKLOG#small', sort } };
    await world.store.write([{ kind: 'put', item: { ...item, version: 2, data: row, indexes }, expect: 1 }]);
    const admitted = await admitJobs(world.ledger, 'small', 3);
    expect(admitted.map(({ jobId }) => jobId)).toEqual([urgent.jobId, old.jobId, late.jobId]);
  });

  it('admits each job once when two dispatchers admit at once', async () => {
    const world = make();
    await fill(world, 'acme', 6);
    const both = await Promise.all([
      admitJobs(world.ledger, 'small', 6),
      admitJobs(world.ledger, 'small', 6),
    ]);
    const ids = both.flat().map(({ jobId }) => jobId);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
  });

  it('passes over what an index still shows though it was canceled', async () => {
    const world = make();
    const gone = await accepted(world);
    const shown = await world.store.query({ index: 'backlog', partition: 'BACKLOG#small', limit: 10 });
    await cancelJob(world.ledger, 'acme', gone.jobId);
    const there = await accepted(world);
    const store = {
      ...world.ledger.store,
      query: async (...[query]: Parameters<typeof world.store.query>) => {
        const found = await world.store.query(query);
        return query.index === 'backlog' && query.limit > 1 ? [...shown, ...found] : found;
      },
    };
    const admitted = await admitJobs({ ...world.ledger, store }, 'small', 5);
    expect(admitted.map(({ jobId }) => jobId)).toEqual([there.jobId]);
    expect(jobNow(world, gone.jobId).status).toBe('canceled');
  });
});

describeOnEachStore('a tenant’s limit', (make) => {
  it('counts work that is handed out or running, and nothing that has ended', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 2 });
    const { lease, recordingId } = await running(world);
    await dispatched(world);
    await accepted(world);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
    await commitResult(world.ledger, lease, recordingId, resultOf(lease));
    expect(await admitJobs(world.ledger, 'small', 5)).toHaveLength(1);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
  });

  it('counts from live leases: work whose lease has run out weighs nothing', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    await running(world);
    await accepted(world);
    world.clock.advance(29);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
    world.clock.advance(2);
    expect(await admitJobs(world.ledger, 'small', 5)).toHaveLength(1);
  });

  it('counts live leases behind many that have run out and wait for the sweep', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 100 });
    for (let count = 0; count < 8; count++) await running(world);
    world.clock.advance(31);
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 2 });
    await running(world);
    await accepted(world);
    expect(await admitJobs(world.ledger, 'small', 1)).toHaveLength(1);
    await accepted(world);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
  });

  it('holds a tenant with more waiting back, and no other tenant', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 0 });
    await fill(world, 'acme', 3);
    await fill(world, 'beta', 2);
    expect(countByTenant(await admitJobs(world.ledger, 'small', 10))).toEqual({ beta: 2 });
  });

  it('is the default until it is set, and each setting keeps the others', async () => {
    const world = make();
    expect(await readPolicy(world.ledger, 'acme')).toEqual({
      kind: 'policy',
      tenant: 'acme',
      ...defaultPolicy,
    });
    await writePolicy(world.ledger, 'acme', { weight: 3 });
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 7 });
    expect(await readPolicy(world.ledger, 'acme')).toMatchObject({
      weight: 3,
      maxRunningJobs: 7,
      maxFileBytes: defaultPolicy.maxFileBytes,
    });
  });
});

describeOnEachStore('fairness between tenants', (make) => {
  const small = Array.from({ length: 10 }, (_, index) => `small-${index}`);

  it('serves ten tenants with 10 jobs each before one with 1,000 gets more than its share', async () => {
    const world = make();
    await fill(world, 'aaa-flood', 1_000);
    for (const tenant of small) await fill(world, tenant, 10);
    const first = countByTenant(await admitJobs(world.ledger, 'small', 55));
    expect(first).toEqual(Object.fromEntries(['aaa-flood', ...small].map((tenant) => [tenant, 5])));
    const second = countByTenant(await admitJobs(world.ledger, 'small', 95));
    expect(second).toMatchObject(Object.fromEntries(small.map((tenant) => [tenant, 5])));
    expect(second['aaa-flood']).toBe(45);
    expect(await admitJobs(world.ledger, 'small', 500)).toEqual([]);
  });

  it('honours weights', async () => {
    const world = make();
    await writePolicy(world.ledger, 'heavy', { weight: 3 });
    await fill(world, 'heavy', 40);
    await fill(world, 'light', 40);
    expect(countByTenant(await admitJobs(world.ledger, 'small', 40))).toEqual({ heavy: 30, light: 10 });
  });

  it('starves nobody when there is one slot and every job has ended before the next is admitted', async () => {
    const world = make({ seed: 7 });
    await writePolicy(world.ledger, 'heavy', { weight: 3 });
    for (const tenant of ['heavy', 'light', 'a-light']) await fill(world, tenant, 100);
    const served: { tenant: string }[] = [];
    for (let round = 0; round < 100; round++) {
      const [work] = await admitJobs(world.ledger, 'small', 1);
      if (!work) throw new Error('nothing was admitted');
      served.push(work);
      const lease = await claimed(world, work);
      await commitResult(world.ledger, lease, jobNow(world, work.jobId).recordingId, resultOf(lease));
    }
    const { heavy = 0, light = 0, 'a-light': other = 0 } = countByTenant(served);
    expect(heavy).toBeGreaterThan(45);
    expect(heavy).toBeLessThan(75);
    expect(light).toBeGreaterThan(8);
    expect(other).toBeGreaterThan(8);
  });

  it('never admits beyond a limit or the slots, whatever comes and goes', async () => {
    const world = make();
    const random = seededRandom(5);
    const limits: Record<string, number> = { a: 1, b: 3, c: 6 };
    for (const [tenant, maxRunningJobs] of Object.entries(limits)) {
      await writePolicy(world.ledger, tenant, { maxRunningJobs });
      await fill(world, tenant, 20);
    }
    const inHand: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let round = 0; round < 40; round++) {
      const slots = Math.floor(random() * 5);
      const admitted = await admitJobs(world.ledger, 'small', slots);
      expect(admitted.length).toBeLessThanOrEqual(slots);
      for (const work of admitted) {
        inHand[work.tenant] = (inHand[work.tenant] ?? 0) + 1;
        await markDispatched(world.ledger, work, 'e');
        if (random() < 0.6) {
          await cancelJob(world.ledger, work.tenant, work.jobId);
          inHand[work.tenant] = (inHand[work.tenant] ?? 0) - 1;
        }
      }
      for (const [tenant, limit] of Object.entries(limits)) expect(inHand[tenant]).toBeLessThanOrEqual(limit);
    }
    expect(inHand).toEqual({ a: 1, b: 3, c: 6 });
  });

  it('finds tenants whose names begin alike', async () => {
    const world = make();
    for (const tenant of ['a', 'a-', 'a-b', 'a0', 'ab']) await accepted(world, newUpload(world, { tenant }));
    expect(countByTenant(await admitJobs(world.ledger, 'small', 9))).toEqual({
      a: 1,
      'a-': 1,
      'a-b': 1,
      a0: 1,
      ab: 1,
    });
  });

  it('has a job looked at early, so that a worker that dies at its first step is missed within two leases', async () => {
    const world = make();
    const { jobId } = await running(world);
    const job = world.store.items().find(({ sk, pk }) => sk === 'JOB' && pk.endsWith(jobId));
    const thirdOfALease = new Date(world.ledger.clock().getTime() + 10_000).toISOString();
    expect(job?.indexes.due?.sort).toBe(`${thirdOfALease}#${jobId}`);
  });
});
