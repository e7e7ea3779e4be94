import { admitJobs } from './admit.ts';
import { countEligible } from './count-eligible.ts';
import { writePolicy } from './policy.ts';
import { accepted } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

describeOnEachStore('counting what could run', (make) => {
  it('counts what waits of every tenant, within what its limit leaves', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 2 });
    for (const tenant of ['acme', 'acme', 'acme', 'other']) await accepted(world, { tenant });

    expect(await countEligible(world.ledger, 'small')).toBe(3);
    expect(await countEligible(world.ledger, 'large')).toBe(0);
  });

  it('counts nothing of a tenant whose limit is reached, however much waits', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { maxRunningJobs: 1 });
    for (let index = 0; index < 3; index++) await accepted(world);
    await admitJobs(world.ledger, 'small', 10);

    expect(await countEligible(world.ledger, 'small')).toBe(0);
  });

  it('gives no number when a tenant cannot be read: one that is too small would end workers', async () => {
    const world = make();
    for (const tenant of ['acme', 'other']) await accepted(world, { tenant });
    const store = {
      ...world.ledger.store,
      get: (key: { pk: string; sk: string }) =>
        key.pk.includes('acme') ? Promise.reject(new Error('gone')) : world.ledger.store.get(key),
    };

    await expect(countEligible({ ...world.ledger, store }, 'small')).rejects.toThrow('gone');
  });
});
