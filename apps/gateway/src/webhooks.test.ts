import {
  webhookDeliverySchema,
  webhookListSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from '@edf-pipeline/contracts';
import { claimDelivery, endDelivery, readDelivery, readWebhook } from '@edf-pipeline/ledger';
import type { HostAddress } from '@edf-pipeline/service';
import { createOutboundGuard } from '@edf-pipeline/service';
import { webhookRouteNames } from './test-support/webhook-route-names.ts';
import type { Ask, World } from './test-support/world.ts';
import { audited, createWorld, newKey } from './test-support/world.ts';
import { createWebhooks } from './webhooks.ts';

const PUBLIC: HostAddress = { address: '93.184.216.34', family: 4 };
const key = Buffer.alloc(32, 3);
const url = 'https://hooks.example.org/edf';
const request = { url, events: ['job.succeeded', 'job.failed'] };

let resolved: HostAddress[] = [PUBLIC];
const webhooks = {
  ...createWebhooks(key, []),
  guard: createOutboundGuard({ resolve: async () => resolved }),
};
let world: World;

beforeEach(async () => {
  resolved = [PUBLIC];
  world = await createWorld({ deps: { webhooks } });
});
afterEach(() => world.close());

const ownerOf = (tenant: string) =>
  world.issuer.tokenFor(tenant, { 'cognito:groups': [`tenant:${tenant}`, 'role:owner'] });

const make = (body: unknown = request, ask: Ask = {}) =>
  world.ask('POST', '/v1/webhooks', { body, headers: newKey(), ...ask });

const missing = `whk_${'0'.repeat(26)}`;
const asked = (name: string, id: string, { of = world, ...ask }: Ask & { of?: World } = {}) => {
  const [method = '', path = ''] = name.split(' ');
  const body = name === 'POST /v1/webhooks' ? request : undefined;
  return of.ask(method, path.replace(':id', id), { body, headers: newKey(), ...ask });
};
const namesWithId = webhookRouteNames.filter((name) => name.includes(':id'));

describe.each(webhookRouteNames)('%s', (name) => {
  it.each([
    ['nobody', async () => null],
    ['a token that has expired', () => world.issuer.token({ claims: { exp: 1_000 } })],
  ])('answers 401 to %s', async (_who, tokenOf) => {
    expect((await asked(name, missing, { token: await tokenOf() })).status).toBe(401);
  });

  it('answers 403 to a member who is no owner, whether it is there or not', async () => {
    const { body } = await make();
    const member = await world.issuer.tokenFor('acme');
    const operator = await world.issuer.tokenFor('acme', {
      'cognito:groups': ['tenant:acme', 'role:operator'],
    });

    for (const token of [member, operator])
      for (const id of [body.id, missing])
        expect((await asked(name, id, { token })).body.code).toBe('forbidden');
  });

  it('says that webhooks are off where there is no key', async () => {
    const off = await createWorld({ deps: { webhooks: undefined } });
    const answer = await asked(name, missing, { of: off }).finally(() => off.close());

    expect([answer.status, answer.body.code]).toEqual([409, 'not-configured']);
    expect(answer.body.detail).toContain('EDF_WEBHOOK_KEY');
  });
});

describe.each(namesWithId)('%s', (name) => {
  it('answers to another organisation’s owner exactly as about what is not there', async () => {
    const { body } = await make();
    const token = await ownerOf('other');
    const [theirs, nothing] = [await asked(name, body.id, { token }), await asked(name, missing, { token })];
    const told = ({ requestId: _, instance: __, ...rest }: Record<string, unknown>) => rest;

    expect([theirs.status, told(theirs.body)]).toEqual([404, told(nothing.body)]);
    expect((await world.ask('GET', `/v1/webhooks/${body.id}`)).body.version).toBe(1);
  });

  it.each(['x', 'whk_0', `upl_${'0'.repeat(26)}`, '..%2f'])(
    'answers 404 about %s, which could be nobody’s',
    async (id) => {
      expect((await asked(name, id)).status).toBe(404);
    },
  );
});

describe('making an endpoint', () => {
  it('shows its secret once, in the form of Standard Webhooks, and keeps it sealed', async () => {
    const made = await make();
    const webhook = webhookWithSecretSchema.parse(made.body);
    const shown = await world.ask('GET', `/v1/webhooks/${webhook.id}`);
    const listed = await world.ask('GET', '/v1/webhooks');

    expect([made.status, made.headers.get('location')]).toEqual([201, `/v1/webhooks/${webhook.id}`]);
    expect(webhook).toMatchObject({ url, events: ['job.failed', 'job.succeeded'], state: 'active' });
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhookSchema.strict().parse(shown.body).id).toBe(webhook.id);
    expect(webhookListSchema.parse(listed.body).data).toHaveLength(1);
    const row = (await readWebhook(world.ledger, 'acme', webhook.id))?.row;
    expect(webhooks.seal.open('acme', row?.sealedSecret ?? '')).toBe(webhook.secret);
    expect(webhooks.seal.open('other', row?.sealedSecret ?? '')).toBeNull();
    for (const text of [shown.text, listed.text, JSON.stringify(row), world.log()])
      expect(text).not.toContain(webhook.secret);
  });

  it('with the same Idempotency-Key makes one, and shows the same secret to whom has missed it', async () => {
    const headers = newKey();
    const [first, second] = [await make(request, { headers }), await make(request, { headers })];

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect((await world.ask('GET', '/v1/webhooks')).body.data).toHaveLength(1);
  });

  it('with an Idempotency-Key of another request, or of days ago, is refused', async () => {
    const headers = newKey();
    await make(request, { headers });
    const other = await make({ ...request, url: `${url}/other` }, { headers });
    expect(other.body.code).toBe('idempotency-key-reused');
    world.clock.advance(49 * 3600);

    expect((await make(request, { headers })).body.code).toBe('idempotency-key-reused');
  });

  it('needs an Idempotency-Key', async () => {
    expect((await make(request, { headers: {} })).body.code).toBe('idempotency-key-required');
  });

  it.each([
    ['http://hooks.example.org/'],
    ['https://127.0.0.1/'],
    ['https://0x7f000001/'],
    ['https://[::ffff:169.254.169.254]/'],
    ['https://169.254.169.254/latest/meta-data/'],
    ['https://hooks.example.org:6379/'],
    ['https://me:secret@hooks.example.org/'],
    ['javascript:alert(1)'],
    ['nothing'],
  ])('at %s is refused with the field and what to do', async (bad) => {
    const answer = await make({ ...request, url: bad });

    expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
    expect(answer.body.errors[0].pointer).toBe('#/url');
    expect((await world.ask('GET', '/v1/webhooks')).body.data).toEqual([]);
  });

  it('at a name that leads inside is refused in the same words as at one that nobody knows', async () => {
    resolved = [{ address: '10.0.0.7', family: 4 }];
    const inside = await make();
    resolved = [];
    const unknown = await make();

    expect([inside.status, inside.body.detail]).toEqual([422, unknown.body.detail]);
  });

  it.each([
    [{ url }],
    [{ ...request, events: [] }],
    [{ ...request, events: ['*'] }],
    [{ ...request, more: 1 }],
    [{}],
  ])('of %j is refused', async (body) => {
    expect((await make(body)).body.code).toBe('validation-failed');
  });

  it('is refused once there are ten', async () => {
    for (let number = 0; number < 10; number++) expect((await make()).status).toBe(201);

    expect((await make()).body.code).toBe('state-conflict');
    expect((await make(request, { token: await ownerOf('other') })).status).toBe(201);
  });
});

describe('an endpoint', () => {
  it('gets a new secret, and says until when the old one signs as well', async () => {
    const made = (await make()).body;
    const rotated = await world.ask('POST', `/v1/webhooks/${made.id}/rotate-secret`);
    const shown = webhookWithSecretSchema.parse(rotated.body);

    expect(shown.secret).not.toBe(made.secret);
    expect(Date.parse(shown.previousSecretsUntil ?? '') - world.clock.now().getTime()).toBe(86_400_000);
    world.clock.advance(86_400);
    expect((await world.ask('GET', `/v1/webhooks/${made.id}`)).body.previousSecretsUntil).toBeNull();
  });

  it('is tried with an event that tells of nothing', async () => {
    const { id } = (await make()).body;
    const tried = await world.ask('POST', `/v1/webhooks/${id}/test`);
    const delivery = webhookDeliverySchema.parse(tried.body);

    expect([tried.status, delivery]).toMatchObject([
      202,
      { webhookId: id, type: 'webhook.test', status: 'pending', attempts: 0 },
    ]);
    const stored = await readDelivery(world.ledger, 'acme', delivery.id);
    expect(stored?.row.event.data).toEqual({ kind: 'webhook', id, version: 1 });
  });

  it('shows what was sent and how it went, in pages, and nothing of another one', async () => {
    const [first, second] = [(await make()).body, (await make()).body];
    for (let number = 0; number < 3; number++) {
      await world.ask('POST', `/v1/webhooks/${first.id}/test`);
      world.clock.advance(1);
    }
    const page = await world.ask('GET', `/v1/webhooks/${first.id}/deliveries?limit=2`);
    const next = `?limit=2&cursor=${page.body.nextCursor}`;
    const rest = await world.ask('GET', `/v1/webhooks/${first.id}/deliveries${next}`);

    expect([page.body.data.length, rest.body.data.length, rest.body.nextCursor]).toEqual([2, 1, null]);
    expect((await world.ask('GET', `/v1/webhooks/${second.id}/deliveries`)).body.data).toEqual([]);
    const foreign = await world.ask('GET', `/v1/webhooks/${second.id}/deliveries${next}`);
    expect(foreign.body.code).toBe('validation-failed');
  });

  it('that said it is gone says so, takes no test, and is enabled again', async () => {
    const { id } = (await make()).body;
    const tried = (await world.ask('POST', `/v1/webhooks/${id}/test`)).body;
    const delivery = (await readDelivery(world.ledger, 'acme', tried.id))?.row;
    const claim = delivery && (await claimDelivery(world.ledger, delivery));
    if (claim?.outcome !== 'claimed') throw new Error('was not due');
    await endDelivery(world.ledger, claim.delivery, { status: 410, error: 'status' });

    const shown = await world.ask('GET', `/v1/webhooks/${id}`);
    expect(shown.body).toMatchObject({ state: 'disabled', disabledReason: 'gone', failuresInARow: 1 });
    const [sent] = (await world.ask('GET', `/v1/webhooks/${id}/deliveries`)).body.data;
    expect(sent).toMatchObject({ status: 'given_up', attempts: 1, lastStatus: 410, nextAt: null });
    expect((await world.ask('POST', `/v1/webhooks/${id}/test`)).body.code).toBe('state-conflict');
    const enabled = await world.ask('POST', `/v1/webhooks/${id}/enable`);
    expect(enabled.body).toMatchObject({ state: 'active', disabledReason: null, failuresInARow: 0 });
  });

  it('that is deleted is gone, and may be deleted only once', async () => {
    const { id } = (await make()).body;

    expect((await world.ask('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    expect((await world.ask('DELETE', `/v1/webhooks/${id}`)).status).toBe(404);
    expect((await world.ask('GET', '/v1/webhooks')).body.data).toEqual([]);
  });

  it('leaves a record of everything that is done to it', async () => {
    const { id } = (await make()).body;
    for (const what of ['rotate-secret', 'enable', 'test'])
      await world.ask('POST', `/v1/webhooks/${id}/${what}`);
    await world.ask('DELETE', `/v1/webhooks/${id}`);
    const records = (await audited(world)).filter(({ objectId }) => objectId === id);

    expect(records.map(({ action }) => action)).toEqual([
      'webhook.create',
      'webhook.rotate-secret',
      'webhook.enable',
      'webhook.test',
      'webhook.delete',
    ]);
  });
});
