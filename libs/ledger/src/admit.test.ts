import { admitJobs } from './admit.ts';
import { cancelJob } from './cancel.ts';
import { markDispatched } from './dispatch.ts';
import { commitResult } from './commit.ts';
import { takeInHand } from './in-hand.ts';
import { jobKey } from './keys.ts';
import type { LedgerStore, Write } from './ledger-store.ts';
import { StoreUnavailable } from './ledger-store.ts';
import { loseLease } from './lose-lease.ts';
import { defaultPolicy, readPolicy, writePolicy } from './policy.ts';
import { retryJob } from './retry.ts';
import type { JobRow } from './rows.ts';
import {
  accepted,
  claimed,
  dispatched,
  jobNow,
  newUpload,
  rangeNow,
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

const small = (limit: number) => ({ tenant: 'acme', pool: 'small', limit }) as const;

const interruption = { class: 'infrastructure', code: 'worker-gone', message: 'gone' } as const;

const isAdmission = (writes: readonly Write[]) =>
  writes.some((write) => write.kind === 'put' && (write.item.data as JobRow).phase === 'dispatching');

/** The store as a process sees it that stands still before its first write of a kind. */
function holdBack(world: World, isHeldBack: (writes: readonly Write[]) => boolean) {
  const held = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  const store: LedgerStore = {
    ...world.ledger.store,
    write: async (writes) => {
      if (isHeldBack(writes)) {
        held.resolve();
        await going.promise;
      }
      return world.ledger.store.write(writes);
    },
  };
  return { store, isHeld: held.promise, letGo: () => going.resolve() };
}

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
      due: '2026-01-01T00:00:10.000Z',
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
    expect(admitted.map(({ priority }) => priority)).toEqual([61, undefined, undefined]);
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

  it('counts work whose lease has run out until the sweep has taken it back, and not longer', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    const { jobId } = await running(world);
    await accepted(world);
    world.clock.advance(31);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
    await loseLease(world.ledger, rangeNow(world, jobId), interruption);
    expect(await admitJobs(world.ledger, 'small', 5)).toHaveLength(1);
  });

  it('holds when dispatchers admit at once, and an index shows what it showed when none had begun', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 3 });
    await fill(world, 'acme', 12);
    const atFirst = await world.store.query({ index: 'active', partition: 'ACTIVE#acme#small', limit: 99 });
    const lagging: LedgerStore = {
      ...world.ledger.store,
      query: async (query) => (query.index === 'active' ? atFirst : world.store.query(query)),
    };
    const dispatchers = Array.from({ length: 4 }, () =>
      admitJobs({ ...world.ledger, store: lagging }, 'small', 2),
    );
    const atOnce = (await Promise.all(dispatchers)).flat().length;
    const later = (await admitJobs({ ...world.ledger, store: lagging }, 'small', 9)).length;
    expect(atOnce + later).toBe(3);
    expect(await admitJobs({ ...world.ledger, store: lagging }, 'small', 9)).toEqual([]);
  });

  it('leaves one place to one of two who note different jobs down for it', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    const jobs = [await accepted(world), await accepted(world)];
    const noted = await Promise.all(
      jobs.map(({ jobId }) => takeInHand(world.ledger, small(1), [jobNow(world, jobId)], {})),
    );
    expect(noted.map(({ size }) => size).sort()).toEqual([0, 1]);
    expect(await admitJobs(world.ledger, 'small', 5)).toHaveLength(1);
  });

  it('is for one pool: what is in hand in another takes no place', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    await running(world);
    await accepted(world, { byteLength: 2 ** 30 + 1 });
    expect(await admitJobs(world.ledger, 'large', 5)).toHaveLength(1);
  });

  it('does not keep the place of a dispatcher that died between noting a job down and admitting it', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    const { jobId } = await accepted(world);
    await accepted(world);
    await takeInHand(world.ledger, small(1), [jobNow(world, jobId)], {});
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([{ tenant: 'acme', jobId, dispatch: 1 }]);
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
  });

  it('gives the place of one that was noted down and canceled to the next', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    const { jobId } = await accepted(world);
    const next = await accepted(world);
    await takeInHand(world.ledger, small(1), [jobNow(world, jobId)], {});
    await cancelJob(world.ledger, 'acme', jobId);
    expect(await admitJobs(world.ledger, 'small', 5)).toMatchObject([{ jobId: next.jobId }]);
  });

  it('admits nothing late: one that was noted down, canceled and retried meanwhile has a new number', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    const { jobId } = await accepted(world);
    const other = await accepted(world);
    const slow = holdBack(world, isAdmission);
    const late = admitJobs({ ...world.ledger, store: slow.store }, 'small', 1);
    await slow.isHeld;
    await cancelJob(world.ledger, 'acme', jobId);
    expect(await admitJobs(world.ledger, 'small', 5)).toMatchObject([{ jobId: other.jobId }]);
    await retryJob(world.ledger, 'acme', jobId);
    slow.letGo();
    expect(await late).toEqual([]);
    expect(jobNow(world, jobId)).toMatchObject({ phase: 'backlog', dispatch: 1 });
  });

  it('holds when it is lowered between noting a job down and admitting it', async () => {
    const world = make();
    const { jobId } = await accepted(world);
    await takeInHand(world.ledger, small(1), [jobNow(world, jobId)], {});
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 0 });
    expect(await admitJobs(world.ledger, 'small', 5)).toEqual([]);
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    expect(await admitJobs(world.ledger, 'small', 5)).toMatchObject([{ jobId }]);
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

  it('looks at some tenants in a round, and at those after them in the next, until everybody had a turn', async () => {
    const world = make();
    const tenants = Array.from({ length: 450 }, (_, index) => `t-${String(index).padStart(3, '0')}`);
    for (const tenant of tenants) await writePolicy(world.ledger, tenant, { maxRunningJobs: 1 });
    for (const tenant of tenants) await fill(world, tenant, 2);
    const cameTo = new Map();
    const served = [];
    for (let round = 0; round < 3; round++)
      served.push(...(await admitJobs(world.ledger, 'small', 1_000, undefined, { cameTo })));

    expect(served.map(({ tenant }) => tenant).sort()).toEqual(tenants);
  });

  it('holds nobody up when one tenant cannot be read or written, and says so', async () => {
    const world = make();
    for (const tenant of ['acme', 'beta', 'gamma', 'delta']) await fill(world, tenant, 2);
    const gone = new StoreUnavailable('store-unavailable', 'gone');
    const isOf = (tenant: string, key: { pk: string }) => key.pk.includes(tenant);
    const store: LedgerStore = {
      ...world.ledger.store,
      get: (key) => (isOf('acme', key) ? Promise.reject(gone) : world.ledger.store.get(key)),
      write: (writes) =>
        writes.some((write) => write.kind === 'put' && isOf('beta', write.item))
          ? Promise.reject(gone)
          : world.ledger.store.write(writes),
    };
    const troubled: string[] = [];
    const rounds = { cameTo: new Map(), onError: (tenant: string) => void troubled.push(tenant) };
    const admitted = await admitJobs({ ...world.ledger, store }, 'small', 9, undefined, rounds);

    expect(countByTenant(admitted)).toEqual({ gamma: 2, delta: 2 });
    expect([...new Set(troubled)].sort()).toEqual(['acme', 'beta']);
    expect(countByTenant(await admitJobs(world.ledger, 'small', 9))).toEqual({ acme: 2, beta: 2 });
  });

  it('tries a tenant that cannot be written once in a round, however much of it waits', async () => {
    const world = make();
    for (const tenant of ['acme', 'beta']) await fill(world, tenant, 20);
    const store: LedgerStore = {
      ...world.ledger.store,
      write: (writes) =>
        writes.some((write) => write.kind === 'put' && write.item.pk.includes('acme'))
          ? Promise.reject(new StoreUnavailable('store-unavailable', 'gone'))
          : world.ledger.store.write(writes),
    };
    const troubled: string[] = [];
    const rounds = { cameTo: new Map(), onError: (tenant: string) => void troubled.push(tenant) };
    const admitted = await admitJobs({ ...world.ledger, store }, 'small', 12, undefined, rounds);

    expect(countByTenant(admitted)).toEqual({ beta: 12 });
    expect(troubled).toEqual(['acme']);
  });

  it.each(['get', 'write'] as const)(
    'does not wait for a tenant longer than its turn (%s)',
    async (slow) => {
      const world = make();
      for (const tenant of ['acme', 'beta']) await fill(world, tenant, 2);
      const ended = (signal?: AbortSignal) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      const { get, write } = world.ledger.store;
      const store: LedgerStore = {
        ...world.ledger.store,
        ...(slow === 'get'
          ? { get: (key, signal) => (key.pk.includes('acme') ? ended(signal) : get(key, signal)) }
          : {
              write: (writes, signal) =>
                writes.some((each) => each.kind === 'put' && each.item.pk.includes('acme'))
                  ? ended(signal)
                  : write(writes, signal),
            }),
      };
      const troubled: string[] = [];
      const rounds = {
        cameTo: new Map(),
        onError: (tenant: string) => void troubled.push(tenant),
        patience: () => AbortSignal.timeout(20),
      };

      expect(
        countByTenant(await admitJobs({ ...world.ledger, store }, 'small', 9, undefined, rounds)),
      ).toEqual({ beta: 2 });
      expect(troubled).toEqual(['acme']);
      expect(countByTenant(await admitJobs(world.ledger, 'small', 9))).toEqual({ acme: 2 });
    },
    5_000,
  );

  it('hands out what was admitted beside a job whose admission was cut off', async () => {
    const world = make();
    await fill(world, 'acme', 2);
    const { jobId } = await accepted(world);
    const gone = new StoreUnavailable('store-unavailable', 'gone');
    const store: LedgerStore = {
      ...world.ledger.store,
      write: (writes) =>
        isAdmission(writes) && writes.some((write) => write.kind === 'put' && write.item.pk.includes(jobId))
          ? Promise.reject(gone)
          : world.ledger.store.write(writes),
    };

    const rounds = { cameTo: new Map(), onError: () => undefined };
    expect(await admitJobs({ ...world.ledger, store }, 'small', 9, undefined, rounds)).toHaveLength(2);
    expect(await admitJobs(world.ledger, 'small', 9)).toMatchObject([{ jobId }]);
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
