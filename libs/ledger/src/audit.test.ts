import { listAudit, writeOperatorAudit } from './audit.ts';
import { OPERATIONS } from './keys.ts';
import { StoreUnavailable } from './ledger-store.ts';
import { writeAudit } from './read.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';

const DAY = 86_400;

async function noted(world: World, objectId: string, tenant = 'acme') {
  await writeAudit(world.ledger, {
    tenant,
    subject: 'user-1',
    action: 'recording.read',
    objectId,
    from: '::1',
  });
}

const range = { since: '2025-12-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' };

describeOnEachStore('audit records', (make) => {
  it('are listed newest first over days and pages, of one tenant alone', async () => {
    const world = make();
    await noted(world, 'rec_1');
    await noted(world, 'rec_other', 'beta');
    world.clock.advance(3 * DAY);
    await noted(world, 'rec_2');
    await noted(world, 'rec_3');
    world.clock.advance(60);
    await noted(world, 'rec_4');
    const until = world.clock.now().toISOString();
    const list = async (limit: number) => {
      const ids: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await listAudit(world.ledger, 'acme', { since: range.since, until, limit, after });
        ids.push(...page.records.map(({ objectId }) => objectId));
        if (page.place === null) return ids;
        after = page.place;
      }
    };
    // Until now means before now: a list that is read on is not shifted by what is being written.
    for (const limit of [1, 2, 200]) expect(await list(limit)).toEqual(['rec_3', 'rec_2', 'rec_1']);
  });

  it('before and behind what is asked for are not shown', async () => {
    const world = make();
    for (const id of ['rec_1', 'rec_2', 'rec_3']) {
      await noted(world, id);
      world.clock.advance(3_600);
    }
    const since = '2026-01-01T01:00:00.000Z';
    const until = '2026-01-01T02:00:00.000Z';
    const { records } = await listAudit(world.ledger, 'acme', { since, until, limit: 9 });
    expect(records.map(({ objectId }) => objectId)).toEqual(['rec_2']);
  });

  it('of a quiet year come in bounded steps, none of which reads more than a month of days', async () => {
    const world = make();
    await noted(world, 'rec_1');
    world.clock.advance(100 * DAY);
    let queries = 0;
    const counted = {
      ...world.ledger,
      store: {
        ...world.ledger.store,
        query: (query: Parameters<World['store']['query']>[0]) => (queries++, world.store.query(query)),
      },
    };
    let after: string | undefined;
    let pages = 0;
    const found: string[] = [];
    do {
      queries = 0;
      const page = await listAudit(counted, 'acme', {
        since: range.since,
        until: world.clock.now().toISOString(),
        limit: 5,
        after,
      });
      expect(queries).toBeLessThanOrEqual(31);
      found.push(...page.records.map(({ objectId }) => objectId));
      after = page.place ?? undefined;
      pages += 1;
    } while (after !== undefined);
    expect([found, pages]).toEqual([['rec_1'], 5]);
  });

  it('of an operator stand with the tenant concerned and with the operators, or nowhere', async () => {
    const world = make();
    const record = { subject: 'op-1', action: 'operator.job.retry', objectId: 'job_1', from: '::1' } as const;
    await writeOperatorAudit(world.ledger, { ...record, tenant: 'acme' });
    await writeOperatorAudit(world.ledger, { ...record, action: 'operator.job.list', tenant: null });
    const of = async (tenant: string) =>
      (await listAudit(world.ledger, tenant, { ...range, limit: 9 })).records.map(
        ({ action, tenant: whose }) => [action, whose],
      );
    expect(await of('acme')).toEqual([['operator.job.retry', 'acme']]);
    expect((await of(OPERATIONS)).sort()).toEqual([
      ['operator.job.list', OPERATIONS],
      ['operator.job.retry', 'acme'],
    ]);
    const store = {
      ...world.ledger.store,
      write: () => Promise.reject(new StoreUnavailable('store-unavailable', '')),
    };
    await expect(
      writeOperatorAudit({ ...world.ledger, store }, { ...record, tenant: 'acme' }),
    ).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
