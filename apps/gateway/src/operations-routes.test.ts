import type { Upload } from '@edf-pipeline/contracts';
import { OPERATIONS } from '@edf-pipeline/ledger';
import { operatorRoutes, operatorsAnswers } from './test-support/operator-routes.ts';
import type { World } from './test-support/world.ts';
import { audited, createWorld, operatorToken, processed, uploaded } from './test-support/world.ts';

let world: World;
let upload: Upload;

beforeAll(async () => {
  world = await createWorld();
  upload = await uploaded(world);
  await processed(world, upload);
  const token = await operatorToken(world);
  await world.ask('POST', '/v1/operations/tenants', { token, body: { id: 'acme' } });
});
afterAll(() => world.close());

const bodies: Record<string, unknown> = {
  'POST /v1/operations/redrive': { cause: 'crash' },
  'POST /v1/operations/reconcile': {},
  'POST /v1/operations/tenants': { id: 'acme' },
  'PATCH /v1/operations/tenants/:tenant': { weight: 2 },
  'PUT /v1/operations/tenants/:tenant/machine-clients/:clientId': { roles: ['member'] },
};

async function ask(name: string, token: string | null, at: { tenant?: string; jobId?: string } = {}) {
  const [method = '', path = ''] = name.split(' ');
  const { tenant = 'acme', jobId = upload.jobId } = at;
  const to = path.replace(':tenant', tenant).replace(':clientId', 'client-1').replace(':id', jobId);
  return world.ask(method, to, { token, body: bodies[name] });
}

describe.each(operatorRoutes)('%s', (name) => {
  it.each([
    ['nobody', async () => null, 401],
    ['a token that has expired', () => operatorToken(world, { exp: 1_000 }), 401],
    ['an operator’s id token', () => operatorToken(world, { token_use: 'id' }), 401],
    ['an operator of another app', () => operatorToken(world, { client_id: 'other' }), 401],
    ['an operator of no tenant', () => operatorToken(world, { 'cognito:groups': ['role:operator'] }), 403],
    ['a member of the tenant', () => world.issuer.tokenFor('acme'), 403],
    ['the owner of the tenant', () => world.issuer.token(), 403],
    [
      'the owner of another tenant',
      () => world.issuer.token({ claims: { 'cognito:groups': ['tenant:other', 'role:owner'] } }),
      403,
    ],
    [
      'somebody whose role only looks like it',
      () =>
        operatorToken(world, {
          'cognito:groups': ['tenant:acme', 'role:operator-x', 'operator', 'role:OPERATOR'],
        }),
      403,
    ],
  ])('answers %s nothing', async (_who, makeToken, status) => {
    const answer = await ask(name, await makeToken());

    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 401 ? 'unauthenticated' : 'forbidden',
    ]);
    expect(answer.text).not.toContain(upload.recordingId.slice(4));
  });

  it('answers an operator what it is for, and notes it with the operators', async () => {
    const before = (await audited(world, OPERATIONS)).length;
    const answer = await ask(name, await operatorToken(world));
    const noted = (await audited(world, OPERATIONS)).slice(before);

    expect(answer.status).toBe(operatorsAnswers[name]);
    expect(noted.map(({ subject }) => subject)).toEqual(['op-1']);
    expect(noted[0]?.action).toMatch(/^operator\./);
  });

  if (name.includes(':tenant')) {
    it('answers 404 about a tenant that is not there, and notes nothing in its name', async () => {
      const answer = await ask(name, await operatorToken(world), { tenant: 'nobody' });

      expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
      expect(await audited(world, 'nobody')).toEqual([]);
    });

    it.each(['ACME', 'a%2fb', '_operations', '..%2facme'])(
      'answers 404 about %s, which can be no tenant',
      async (tenant) => {
        expect((await ask(name, await operatorToken(world), { tenant })).status).toBe(404);
      },
    );

    it('notes what it did with the tenant too', async () => {
      const of = async () => (await audited(world)).filter(({ subject }) => subject === 'op-1').length;
      const before = await of();
      await ask(name, await operatorToken(world));

      expect(await of()).toBe(before + 1);
    });
  }

  if (name.includes('/jobs/:id')) {
    it('answers 404 about a job under another tenant’s name', async () => {
      const token = await operatorToken(world);
      await world.ask('POST', '/v1/operations/tenants', { token, body: { id: 'other' } });

      expect((await ask(name, token, { tenant: 'other' })).status).toBe(404);
    });
  }
});
