import { admitJobs, claimRange, failRange } from '@edf-pipeline/ledger';
import { edfFile } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { audited, createWorld, operatorToken, uploaded } from './test-support/world.ts';

let world: World;
let token: string;
beforeEach(async () => {
  world = await createWorld();
  token = await operatorToken(world);
});
afterEach(() => world.close());

const ask = (method: string, path: string, body?: unknown) =>
  world.ask(method, `/v1/operations${path}`, { token, body });

let seed = 0;
async function failed(tenant: string, failureClass: 'crash' | 'invalid_input' | 'timeout', code: string) {
  const file = edfFile({ dataRecordCount: ++seed });
  const upload = await uploaded(world, file, {}, await world.issuer.tokenFor(tenant));
  const [work] = await admitJobs(world.ledger, 'small', 1);
  const claim = work && (await claimRange(world.ledger, { ...work, range: 0 }, 'worker'));
  if (claim?.outcome !== 'claimed') throw new Error('was not claimed');
  await failRange(world.ledger, claim.lease, { class: failureClass, code, message: 'M.' });
  world.clock.advance(1);
  return upload;
}

const ids = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map(({ id }) => id);

describe('jobs of all tenants', () => {
  it('are listed by cause, with whose they are, page by page', async () => {
    const bad = await failed('acme', 'invalid_input', 'bad-header');
    const slow = await failed('beta', 'timeout', 'deadline-exceeded');
    const worse = await failed('beta', 'invalid_input', 'bad-header');
    const all = await ask('GET', '/jobs');
    expect(ids(all)).toEqual([slow.jobId, worse.jobId, bad.jobId]);
    expect(all.body.data[1]).toMatchObject({
      tenant: 'beta',
      pool: 'small',
      status: 'failed',
      error: { class: 'invalid_input', code: 'bad-header' },
    });
    const first = await ask('GET', '/jobs?limit=2');
    expect(ids(await ask('GET', `/jobs?limit=2&cursor=${first.body.nextCursor}`))).toEqual([bad.jobId]);
    expect(ids(await ask('GET', '/jobs?cause=timeout'))).toEqual([slow.jobId]);
    expect(ids(await ask('GET', '/jobs?cause=invalid_input/bad-header&tenant=beta'))).toEqual([worse.jobId]);
    expect(ids(await ask('GET', '/jobs?cause=invalid_input/bad'))).toEqual([]);
    expect(ids(await ask('GET', '/quarantine'))).toEqual([slow.jobId]);
  });

  it('that are under way are listed by status, those that ended well of one tenant only', async () => {
    const { jobId } = await uploaded(world);
    expect(ids(await ask('GET', '/jobs?status=queued'))).toEqual([jobId]);
    expect(ids(await ask('GET', '/jobs?status=running'))).toEqual([]);
    expect((await ask('GET', '/jobs?status=succeeded')).status).toBe(422);
    expect(ids(await ask('GET', '/jobs?status=succeeded&tenant=acme'))).toEqual([]);
    expect((await ask('GET', '/jobs?status=queued&cause=crash')).status).toBe(422);
    expect((await ask('GET', '/jobs?cause=boredom')).status).toBe(422);
  });

  it('show nothing that a file says of itself', async () => {
    await failed('acme', 'invalid_input', 'bad-header');
    const { text } = await ask('GET', '/jobs');
    expect(text).not.toContain('night.edf');
    expect(text).not.toContain('fileName');
  });

  it('are retried and canceled as their owner would', async () => {
    const { jobId } = await failed('acme', 'timeout', 'deadline-exceeded');
    const at = `/tenants/acme/jobs/${jobId}`;
    expect((await ask('POST', `${at}/retry`)).body).toMatchObject({ status: 'queued', tenant: 'acme' });
    expect(ids(await ask('GET', '/quarantine'))).toEqual([]);
    expect((await ask('POST', `${at}/cancel`)).body).toMatchObject({ status: 'canceled' });
  });
});

describe('a redrive', () => {
  it('says what it would do until it is told to, and then does it once', async () => {
    const jobs = [await failed('acme', 'timeout', 'slow'), await failed('beta', 'timeout', 'slow')];
    await failed('acme', 'invalid_input', 'bad-header');
    const dry = await ask('POST', '/redrive', { cause: 'timeout' });
    expect(dry.body).toEqual({
      dryRun: true,
      hasMore: false,
      jobs: [
        { tenant: 'beta', jobId: jobs[1]?.jobId, outcome: 'would-retry' },
        { tenant: 'acme', jobId: jobs[0]?.jobId, outcome: 'would-retry' },
      ],
    });
    expect(ids(await ask('GET', '/jobs?cause=timeout'))).toHaveLength(2);
    const done = await ask('POST', '/redrive', { cause: 'timeout/slow', dryRun: false });
    expect(done.body.jobs.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['queued', 'queued']);
    expect(ids(await ask('GET', '/jobs?cause=timeout'))).toEqual([]);
    expect((await ask('POST', '/redrive', { cause: 'timeout', dryRun: false })).body.jobs).toEqual([]);
    expect((await audited(world)).map(({ action }) => action)).toContain('operator.job.retry');
  });

  it('stops at its limit, says that there is more, and keeps to one tenant when told to', async () => {
    for (let count = 0; count < 3; count++) await failed('acme', 'timeout', 'slow');
    await failed('beta', 'timeout', 'slow');
    const body = { cause: 'timeout', dryRun: false, tenant: 'acme', limit: 2 };
    const first = (await ask('POST', '/redrive', body)).body;
    expect([first.jobs.length, first.hasMore]).toEqual([2, true]);
    expect((await ask('POST', '/redrive', body)).body.jobs).toHaveLength(1);
    expect(ids(await ask('GET', '/jobs?cause=timeout'))).toHaveLength(1);
  });

  it.each([{}, { cause: 'boredom' }, { cause: 'crash', limit: 501 }, { cause: 'crash', dryrun: true }])(
    'of %p is refused',
    async (body) => {
      expect((await ask('POST', '/redrive', body)).status).toBe(422);
    },
  );
});

describe('a tenant', () => {
  it('can refuse files by findings that there are, and by no others', async () => {
    await ask('POST', '/tenants', { id: 'acme' });
    const names = ['last-data-record-partial', 'last-data-record-partly'];
    const wrong = await ask('PATCH', '/tenants/acme', { refuseFindings: names });
    const right = await ask('PATCH', '/tenants/acme', { refuseFindings: names.slice(0, 1) });

    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [{ pointer: '#/refuseFindings/1', detail: 'is not the name of a finding' }],
    ]);
    expect(right.body.policy.refuseFindings).toEqual(['last-data-record-partial']);
  });

  it('is created, shown, changed, paused and resumed', async () => {
    const made = await ask('POST', '/tenants', {
      id: 'acme',
      policy: { maxRunningJobs: 3 },
      machineClient: { clientId: 'c1' },
    });
    expect([made.status, made.headers.get('location')]).toEqual([201, '/v1/operations/tenants/acme']);
    expect(made.body).toMatchObject({
      id: 'acme',
      policy: { maxRunningJobs: 3, isPaused: false },
      machineClients: ['c1'],
    });
    expect((await ask('POST', '/tenants', { id: 'acme', policy: { maxRunningJobs: 9 } })).status).toBe(200);
    expect((await ask('PATCH', '/tenants/acme', { weight: 2 })).body.policy).toMatchObject({
      weight: 2,
      maxRunningJobs: 3,
    });
    expect((await ask('POST', '/tenants/acme/pause')).body.policy.isPaused).toBe(true);
    const { jobId } = await uploaded(world);
    expect(await admitJobs(world.ledger, 'small', 9)).toEqual([]);
    expect((await world.ask('GET', `/v1/jobs/${jobId}/explain`)).body.reason).toBe('paused');
    expect((await ask('POST', '/tenants/acme/resume')).body.policy.isPaused).toBe(false);
    expect(await admitJobs(world.ledger, 'small', 9)).toHaveLength(1);
    expect((await ask('GET', '/tenants')).body).toMatchObject({ data: [{ id: 'acme' }], nextCursor: null });
  });

  it.each([
    { id: 'ACME' },
    { id: '_operations' },
    { id: 'acme', policy: { maxRunningJobs: -1 } },
    { id: 'acme', policy: { unknown: 1 } },
    { id: 'acme', machineClient: { clientId: 'a b' } },
    { id: 'acme', machineClient: { clientId: 'c1', roles: ['operator'] } },
  ])('like %p is refused', async (body) => {
    expect((await ask('POST', '/tenants', body)).status).toBe(422);
  });

  it('has machine clients that act for no other tenant', async () => {
    for (const id of ['acme', 'beta']) await ask('POST', '/tenants', { id });
    expect(
      (await ask('PUT', '/tenants/acme/machine-clients/c1', { roles: ['owner'] })).body.machineClients,
    ).toEqual(['c1']);
    expect((await ask('PUT', '/tenants/beta/machine-clients/c1')).status).toBe(409);
    expect((await ask('DELETE', '/tenants/acme/machine-clients/c1')).body.machineClients).toEqual([]);
    expect((await ask('PUT', '/tenants/beta/machine-clients/c1')).body.machineClients).toEqual(['c1']);
  });
});
