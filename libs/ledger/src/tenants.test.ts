import { admitJobs } from './admit.ts';
import { countEligible } from './count-eligible.ts';
import { readPolicy, writePolicy } from './policy.ts';
import {
  MAX_MACHINE_CLIENTS,
  createTenant,
  listTenants,
  mapMachineClient,
  readMachineClient,
  readTenant,
  unmapMachineClient,
} from './tenants.ts';
import { accepted } from './test-support/scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';

const plain = { policy: {}, machineClient: null };

describeOnEachStore('a tenant', (make) => {
  it('is created with policy and machine client at once, and a second time left as it is', async () => {
    const world = make();
    const machineClient = { clientId: 'client-1', roles: ['member'] };
    const input = { tenant: 'acme', policy: { maxRunningJobs: 7 }, machineClient };
    expect(await createTenant(world.ledger, input)).toMatchObject({ outcome: 'created' });
    expect(await createTenant(world.ledger, { ...input, policy: { maxRunningJobs: 9 } })).toMatchObject({
      outcome: 'exists',
      tenant: { machineClients: ['client-1'] },
    });
    expect((await readPolicy(world.ledger, 'acme')).maxRunningJobs).toBe(7);
    expect(await readMachineClient(world.ledger, 'client-1')).toMatchObject({
      tenant: 'acme',
      roles: ['member'],
    });
  });

  it('keeps the policy that it had before it was made known', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { weight: 3 });
    await createTenant(world.ledger, { ...plain, tenant: 'acme', policy: { maxRunningJobs: 1 } });
    expect(await readPolicy(world.ledger, 'acme')).toMatchObject({ weight: 3, maxRunningJobs: 1 });
  });

  it('is not created with a machine client of another', async () => {
    const world = make();
    const machineClient = { clientId: 'client-1', roles: [] };
    await createTenant(world.ledger, { tenant: 'acme', policy: {}, machineClient });
    expect(await createTenant(world.ledger, { tenant: 'beta', policy: {}, machineClient })).toEqual({
      outcome: 'client-taken',
    });
    expect(await readTenant(world.ledger, 'beta')).toBeNull();
  });

  it('is listed by name, page by page', async () => {
    const world = make();
    for (const tenant of ['gamma', 'acme', 'beta']) await createTenant(world.ledger, { ...plain, tenant });
    const first = await listTenants(world.ledger, { limit: 2 });
    const second = await listTenants(world.ledger, { limit: 2, after: 'beta' });
    expect([first.tenants.map(({ tenant }) => tenant), first.hasMore]).toEqual([['acme', 'beta'], true]);
    expect([second.tenants.map(({ tenant }) => tenant), second.hasMore]).toEqual([['gamma'], false]);
  });
});

describeOnEachStore('a machine client', (make) => {
  it('acts for one tenant, in roles that can be changed, until it is taken away', async () => {
    const world = make();
    await createTenant(world.ledger, { ...plain, tenant: 'acme' });
    await createTenant(world.ledger, { ...plain, tenant: 'beta' });
    const map = (tenant: string, roles: string[]) =>
      mapMachineClient(world.ledger, tenant, 'client-1', roles);
    expect(await map('nobody', [])).toBe('tenant-missing');
    expect(await map('acme', ['member'])).toBe('mapped');
    expect(await map('acme', ['owner'])).toBe('mapped');
    expect(await map('beta', [])).toBe('client-taken');
    expect(await readMachineClient(world.ledger, 'client-1')).toMatchObject({
      tenant: 'acme',
      roles: ['owner'],
    });
    expect((await readTenant(world.ledger, 'acme'))?.machineClients).toEqual(['client-1']);
    expect(await unmapMachineClient(world.ledger, 'beta', 'client-1')).toBe(false);
    expect(await unmapMachineClient(world.ledger, 'acme', 'client-1')).toBe(true);
    expect(await readMachineClient(world.ledger, 'client-1')).toBeNull();
    expect((await readTenant(world.ledger, 'acme'))?.machineClients).toEqual([]);
  });

  it('beyond what a tenant may have is refused', async () => {
    const world = make();
    await createTenant(world.ledger, { ...plain, tenant: 'acme' });
    for (let count = 0; count < MAX_MACHINE_CLIENTS; count++)
      expect(await mapMachineClient(world.ledger, 'acme', `client-${count}`, [])).toBe('mapped');
    expect(await mapMachineClient(world.ledger, 'acme', 'one-more', [])).toBe('too-many');
    expect(await mapMachineClient(world.ledger, 'acme', 'client-3', ['owner'])).toBe('mapped');
  });
});

describeOnEachStore('a paused tenant', (make) => {
  it('has uploads accepted, and nothing handed to a worker until it is resumed', async () => {
    const world = make();
    await writePolicy(world.ledger, 'acme', { isPaused: true });
    await accepted(world);
    await accepted(world, { tenant: 'beta' });
    expect((await admitJobs(world.ledger, 'small', 9)).map(({ tenant }) => tenant)).toEqual(['beta']);
    expect(await countEligible(world.ledger, 'small')).toBe(0);
    await writePolicy(world.ledger, 'acme', { isPaused: false });
    expect(await countEligible(world.ledger, 'small')).toBe(1);
    expect((await admitJobs(world.ledger, 'small', 9)).map(({ tenant }) => tenant)).toEqual(['acme']);
  });
});
