import { listAudit, writeOperatorAudit } from '../audit.ts';
import { failRange } from '../fail.ts';
import { failureCauses, listFailed, listLive } from '../list-across-tenants.ts';
import { planSweep } from '../plan-sweep.ts';
import { writePolicy } from '../policy.ts';
import { writeAudit } from '../read.ts';
import { readWait } from '../read-wait.ts';
import {
  createTenant,
  listTenants,
  mapMachineClient,
  readMachineClient,
  unmapMachineClient,
} from '../tenants.ts';
import { accepted, running } from '../test-support/scenes.ts';
import type { World } from '../test-support/world.ts';
import { createWorld } from '../test-support/world.ts';
import { createDynamodbLedgerStore } from './dynamodb-store.ts';
import { serverKinds, startTableServer } from './test-support/table-on-server.ts';
import type { TableServer } from './test-support/table-on-server.ts';

describe.each(serverKinds)('what operators ask, on %s', (kind) => {
  let server: TableServer;
  let world: World;
  beforeAll(async () => {
    server = await startTableServer(kind);
  }, 90_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    const tableName = await server.makeTable(false);
    world = createWorld(createDynamodbLedgerStore({ client: server.client, tableName }));
  });

  it('finds failed and live jobs of all tenants, on any size of page', async () => {
    const failed: string[] = [];
    for (const [tenant, code] of [
      ['acme', 'bad'],
      ['beta', 'worse'],
      ['gamma', 'bad'],
    ] as const) {
      const { lease, jobId } = await running(world, { tenant });
      await failRange(world.ledger, lease, { class: 'invalid_input', code, message: 'M.' });
      world.clock.advance(1);
      failed.unshift(jobId);
    }
    const [third, second, first] = failed;
    for (const limit of [1, 2, 9]) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listFailed(world.ledger, failureCauses, undefined, { limit, after });
        found.push(...page.rows.map(({ row }) => row.id));
        after = page.place ?? undefined;
      } while (after !== undefined);
      expect(found).toEqual([second, third, first]);
    }
    const bad = await listFailed(world.ledger, ['invalid_input'], 'bad', { limit: 9 });
    expect(bad.rows.map(({ row }) => row.id)).toEqual([third, first]);
    const { jobId } = await accepted(world);
    const live = await listLive(world.ledger, ['queued'], { limit: 9 });
    expect(live.rows.map(({ row }) => row.id)).toEqual([jobId]);
  });

  it('makes tenants known and lets machine clients act for them', async () => {
    for (const tenant of ['beta', 'acme'])
      await createTenant(world.ledger, { tenant, policy: { weight: 2 }, machineClient: null });
    expect(await mapMachineClient(world.ledger, 'acme', 'client-1', ['member'])).toBe('mapped');
    expect(await mapMachineClient(world.ledger, 'beta', 'client-1', [])).toBe('client-taken');
    expect(await readMachineClient(world.ledger, 'client-1')).toMatchObject({ tenant: 'acme' });
    expect(await unmapMachineClient(world.ledger, 'acme', 'client-1')).toBe(true);
    const { tenants, hasMore } = await listTenants(world.ledger, { limit: 1 });
    expect([tenants.map(({ tenant }) => tenant), hasMore]).toEqual([['acme'], true]);
  });

  it('tells what a job waits for, what is overdue, and who did what', async () => {
    await writePolicy(world.ledger, 'acme', { isPaused: true });
    await accepted(world);
    world.clock.advance(1);
    const { jobId } = await accepted(world);
    expect(await readWait(world.ledger, 'acme', jobId)).toMatchObject({
      ahead: 1,
      policy: { isPaused: true },
    });
    const by = { tenant: 'acme', subject: 'user-1', objectId: jobId, from: '::1' };
    await writeAudit(world.ledger, { ...by, action: 'recording.read' });
    world.clock.advance(15 * 86_400);
    await writeOperatorAudit(world.ledger, { ...by, action: 'operator.job.read' });
    const range = { since: '2026-01-01T00:00:00.000Z', until: '2026-01-17T00:00:00.000Z', limit: 9 };
    const { records } = await listAudit(world.ledger, 'acme', range);
    expect(records.map(({ action }) => action)).toEqual(['operator.job.read', 'recording.read']);
    expect((await planSweep(world.ledger, 9)).counts).toEqual({ 'expire a job that waited too long': 2 });
  });
});
