import { limitsSchema, noUsage, problemSchema, receiptSchema, usageSchema } from '@edf-pipeline/contracts';
import { admitJobs, claimRange, commitResult, failRange, writePolicy } from '@edf-pipeline/ledger';
import { edfFile } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { announced, createWorld, newKey, uploaded } from './test-support/world.ts';

let world: World;
let reads = 0;
beforeEach(async () => {
  world = await createWorld({
    ledgerStore: (store) => ({ ...store, query: (...args) => ((reads += 1), store.query(...args)) }),
  });
});
afterEach(() => world.close());

const announce = (byteLength = 10, token?: string) =>
  world.ask('POST', '/v1/uploads', { token, headers: newKey(), body: { fileName: 'a.edf', byteLength } });
const quotaOf = async (name: string) => {
  world.clock.advance(3);
  const limits = limitsSchema.parse((await world.ask('GET', '/v1/limits')).body);
  return limits.quotas.find((quota) => quota.name === name);
};
const used = { ...noUsage, cpuSeconds: 3_600 };

/** A job that has used an hour of CPU, at the prices of us-east-1. */
async function spent(): Promise<{ jobId: string; recordingId: string }> {
  const { jobId, recordingId } = await uploaded(world, edfFile({ dataRecordCount: 4 + spending++ }));
  const job = (await admitJobs(world.ledger, 'small', 10)).find((each) => each.jobId === jobId);
  const claim = job && (await claimRange(world.ledger, { ...job, range: 0 }, 'worker'));
  if (claim?.outcome !== 'claimed') throw new Error('could not be claimed');
  const { lease } = claim;
  const result = { epoch: lease.epoch, prefix: 'p/', manifestSha256: 'm' };
  await commitResult(world.ledger, lease, recordingId, result, undefined, used);
  return { jobId, recordingId };
}
let spending = 0;

describe('a quota', () => {
  it('of open uploads refuses one more, with when the first of them ends by itself', async () => {
    await writePolicy(world.ledger, 'acme', { maxOpenUploads: 2 });
    const first = await announced(world, Buffer.alloc(10));
    await announced(world, Buffer.alloc(11));
    const refused = await announce(12);

    expect([refused.status, problemSchema.parse(refused.body).quota]).toEqual([
      429,
      { name: 'open-uploads', limit: 2, used: 2, againAt: first.expiresAt },
    ]);
    expect(refused.headers.get('retry-after')).toBe(String(7 * 86_400));
    expect((await announce(10, await world.issuer.tokenFor('other'))).status).toBe(201);
    expect(await quotaOf('open-uploads')).toEqual({ ...refused.body.quota });
    await world.ask('DELETE', `/v1/uploads/${first.id}`);
    expect((await announce(12)).status).toBe(201);
  });

  it('refuses nothing that makes no new upload: a repeated request, a file that is here', async () => {
    await writePolicy(world.ledger, 'acme', { maxUploadsPerDay: 1 });
    const file = edfFile();
    const headers = newKey();
    const body = { fileName: 'a.edf', byteLength: file.length };
    const first = await world.ask('POST', '/v1/uploads', { headers, body });

    expect((await announce()).status).toBe(429);
    expect((await world.ask('POST', '/v1/uploads', { headers, body })).body.id).toBe(first.body.id);
  });

  it('of uploads a day is new at midnight, UTC', async () => {
    await writePolicy(world.ledger, 'acme', { maxUploadsPerDay: 1 });
    await announce();
    const refused = await announce();

    expect(refused.body.quota.againAt).toBe('2026-03-02T00:00:00.000Z');
    expect(refused.headers.get('retry-after')).toBe('43200');
    world.clock.advance(43_200);
    expect((await announce()).status).toBe(201);
  });

  it('of stored bytes counts what is stored and what is on its way', async () => {
    const file = edfFile();
    await writePolicy(world.ledger, 'acme', { maxStoredBytes: file.length + 100 });
    await uploaded(world, file);
    await announce(90);

    expect((await announce(11)).body.quota).toEqual({
      name: 'stored-bytes',
      limit: file.length + 100,
      used: file.length + 90,
      againAt: null,
    });
    expect((await announce(10)).status).toBe(201);
  });

  it('of waiting jobs is free again when they have run', async () => {
    await writePolicy(world.ledger, 'acme', { maxWaitingJobs: 1 });
    const { jobId, recordingId } = await uploaded(world);
    world.clock.advance(11);
    const refused = await announce();
    const [job] = await admitJobs(world.ledger, 'small', 10);
    const claim = job && (await claimRange(world.ledger, { ...job, range: 0 }, 'worker'));
    if (claim?.outcome !== 'claimed') throw new Error('could not be claimed');
    const result = { epoch: 1, prefix: 'p/', manifestSha256: 'm' };
    await commitResult(world.ledger, claim.lease, recordingId, result);
    world.clock.advance(3);

    expect([jobId, refused.body.quota?.name]).toEqual([claim.job.id, 'waiting-jobs']);
    expect((await announce()).status).toBe(201);
  });

  it('is counted now and then, not for each upload', async () => {
    await announce();
    const before = reads;
    for (let count = 0; count < 50; count++) await announce();

    expect(reads).toBe(before);
    world.clock.advance(11);
    await announce();
    expect(reads).toBeGreaterThan(before);
  });

  it('holds when many come at once', async () => {
    await writePolicy(world.ledger, 'acme', { maxOpenUploads: 3 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => announce()));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  });

  it('that could not be counted lets nobody in unseen, and is counted again', async () => {
    await world.close();
    let isDown = true;
    world = await createWorld({
      ledgerStore: (store) => ({
        ...store,
        query: (...args) => (isDown ? Promise.reject(new Error('away')) : store.query(...args)),
      }),
    });

    expect((await announce()).status).toBe(500);
    isDown = false;
    expect((await announce()).status).toBe(201);
  });
});

describe('a budget', () => {
  it('warns from its first line on and refuses from its second, until the month is over', async () => {
    await writePolicy(world.ledger, 'acme', { budgetWarnAt: 0.04, budgetRefuseAt: 0.08 });
    const usage = async () => usageSchema.parse((await world.ask('GET', '/v1/usage')).body);
    const states = [(await usage()).budget.state];
    await spent();
    states.push((await usage()).budget.state);
    world.clock.advance(11);
    await spent();
    states.push((await usage()).budget.state);
    world.clock.advance(11);
    const refused = await announce();

    expect(states).toEqual(['within', 'warned', 'exhausted']);
    expect(refused.body.quota).toEqual({
      name: 'monthly-budget',
      limit: 0.08,
      used: 0.08096,
      againAt: '2026-04-01T00:00:00.000Z',
    });
    world.clock.advance(31 * 86_400);
    expect((await announce()).status).toBe(201);
  });
});

describe('usage', () => {
  it('of a job is its receipt, attempt by attempt, with what it costs', async () => {
    const { jobId, recordingId } = await uploaded(world);
    const attempt = async () => {
      world.clock.advance(600);
      const [job] = await admitJobs(world.ledger, 'small', 1);
      const claim = job && (await claimRange(world.ledger, { ...job, range: 0 }, 'worker'));
      if (claim?.outcome !== 'claimed') throw new Error('could not be claimed');
      return claim.lease;
    };
    const receipt = async () =>
      receiptSchema.parse((await world.ask('GET', `/v1/jobs/${jobId}/receipt`)).body);
    const before = await receipt();
    const interrupted = { class: 'infrastructure', code: 'interrupted', message: 'M.' } as const;
    await failRange(world.ledger, await attempt(), interrupted, undefined, used);
    const lease = await attempt();
    const result = { epoch: lease.epoch, prefix: 'p/', manifestSha256: 'm' };
    await commitResult(world.ledger, lease, recordingId, result, undefined, { ...used, objectWrites: 1_000 });
    const after = await receipt();

    expect([before.isFinal, before.attempts, before.cost.amount]).toEqual([false, [], 0]);
    expect(after).toMatchObject({
      isFinal: true,
      attempts: [{ outcome: 'interrupted' }, { outcome: 'succeeded' }],
      usage: { cpuSeconds: 7_200, objectWrites: 1_000 },
      cost: { currency: 'USD', amount: 0.08596, prices: { region: 'us-east-1' } },
    });
    expect((await world.ask('GET', '/v1/usage?month=2026-03')).body).toMatchObject({
      month: '2026-03',
      attempts: 2,
      cost: { amount: 0.08596 },
      days: [{ day: '2026-03-01', attempts: 2, cost: 0.08596 }],
    });
  });

  it('of another organisation, or month, is nobody’s here', async () => {
    await spent();
    const token = await world.issuer.tokenFor('other');

    expect((await world.ask('GET', '/v1/usage', { token })).body.attempts).toBe(0);
    expect((await world.ask('GET', '/v1/usage?month=2026-02')).body.attempts).toBe(0);
    expect((await world.ask('GET', '/v1/usage?month=2026-13')).status).toBe(422);
    expect((await world.ask('GET', '/v1/usage?months=1')).status).toBe(422);
  });
});
