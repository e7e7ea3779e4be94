import { rotateWebhookSecret } from '@edf-pipeline/ledger';
import type { HostAddress } from '@edf-pipeline/service';
import { createOutboundGuard, createWebhookSeal } from '@edf-pipeline/service';
import { webhookEventSchema } from '@edf-pipeline/contracts';
import { Webhook } from 'standardwebhooks';
import { deliverWebhook } from './deliver-webhook.ts';
import { pinnedTo } from './post-webhook.ts';
import type { Receiver, WebhookWorld } from './test-support/webhook-world.ts';
import {
  SECRET,
  createWebhookWorld,
  seal,
  receiversOfEachTest,
  startReceiver,
} from './test-support/webhook-world.ts';

const receiver = receiversOfEachTest();

/** One try of a new delivery to this address. */
async function tryTo(world: WebhookWorld, url: string) {
  const webhook = await world.endpoint(url);
  const delivery = await world.onItsWay(webhook);
  const outcome = await deliverWebhook(world.deps, delivery);
  return { outcome, delivery: await world.now(delivery), webhook: await world.webhookNow(webhook) };
}

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;

describe('a delivery', () => {
  it('is verified by the library of Standard Webhooks, and holds ids only', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    const { outcome, delivery } = await tryTo(world, at.url);
    const [{ headers, body }] = at.received as [Receiver['received'][number]];

    expect(outcome).toBe('delivered');
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual(delivery.event);
    expect(webhookEventSchema.parse(JSON.parse(body))).toEqual(delivery.event);
    expect(headers).toMatchObject({ 'webhook-id': delivery.id, 'content-type': 'application/json' });
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, lastStatus: 204, lastError: null });
  });

  it('is not verified with another secret, another body, or another id', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    await tryTo(world, at.url);
    const [{ headers, body }] = at.received as [Receiver['received'][number]];
    const given = headers as Record<string, string>;

    expect(() => new Webhook(OTHER_SECRET).verify(body, given)).toThrow('No matching signature');
    expect(() => new Webhook(SECRET).verify(`${body} `, given)).toThrow('No matching signature');
    expect(() => new Webhook(SECRET).verify(body, { ...given, 'webhook-id': 'whd_other' })).toThrow(
      'No matching signature',
    );
  });

  it('is signed by the old and the new secret for a day, then by the new one alone', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    const webhook = await world.endpoint(at.url);
    await rotateWebhookSecret(world.deps.ledger, 'acme', webhook.id, seal.seal('acme', OTHER_SECRET));
    await deliverWebhook(world.deps, await world.onItsWay(webhook));
    const [{ headers, body }] = at.received as [Receiver['received'][number]];
    for (const secret of [SECRET, OTHER_SECRET])
      new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2);
    world.advance(86_401);
    await deliverWebhook(world.deps, await world.onItsWay(webhook));

    expect(String(at.received[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });

  it('that is tried again has the same id and body, and a new time and signature', async () => {
    let status = 503;
    const world = createWebhookWorld();
    const at = await receiver((_request, response) => void response.writeHead(status).end());
    const delivery = await world.onItsWay(await world.endpoint(at.url));
    expect(await deliverWebhook(world.deps, delivery)).toBe('again');
    expect(await deliverWebhook(world.deps, delivery)).toBe('not-due');
    expect(await world.now(delivery)).toMatchObject({ lastStatus: 503, lastError: 'status', attempts: 1 });
    status = 200;
    world.advance(6);

    expect(await deliverWebhook(world.deps, delivery)).toBe('delivered');
    const [first, second] = at.received as [Receiver['received'][number], Receiver['received'][number]];
    expect([second.body, second.headers['webhook-id']]).toEqual([first.body, first.headers['webhook-id']]);
    expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp']);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  it('that two dispatchers see at once is sent by one of them', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    const webhook = await world.endpoint(at.url);
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => world.onItsWay(webhook)));
    const outcomes = await Promise.all(
      [...deliveries, ...deliveries].map((each) => deliverWebhook(world.deps, each)),
    );

    expect(outcomes.filter((outcome) => outcome === 'delivered')).toHaveLength(20);
    expect(at.received).toHaveLength(20);
    expect(new Set(at.received.map(({ headers }) => headers['webhook-id'])).size).toBe(20);
  });

  it('is not taken when it is answered with a redirect, which is not followed', async () => {
    const world = createWebhookWorld();
    const inside = await receiver();
    const at = await receiver((_request, response) =>
      response.writeHead(307, { location: inside.url }).end(),
    );
    const { outcome, delivery } = await tryTo(world, at.url);

    expect([outcome, delivery.lastStatus, delivery.lastError]).toEqual(['again', 307, 'status']);
    expect(inside.received).toHaveLength(0);
  });

  it('whose endpoint is gone disables it', async () => {
    const world = createWebhookWorld();
    const at = await receiver((_request, response) => void response.writeHead(410).end());
    const { outcome, webhook } = await tryTo(world, at.url);

    expect([outcome, webhook.state, webhook.disabledReason]).toEqual(['given_up', 'disabled', 'gone']);
  });

  it('waits for as long as the endpoint asks', async () => {
    const world = createWebhookWorld();
    const at = await receiver((_request, response) =>
      response.writeHead(429, { 'retry-after': '120' }).end(),
    );
    const { delivery } = await tryTo(world, at.url);
    const seconds = (Date.parse(delivery.due ?? '') - world.deps.ledger.clock().getTime()) / 1000;

    expect(seconds).toBeCloseTo(120, 0);
  });

  it('to an endpoint that never answers ends by its limit', async () => {
    const world = createWebhookWorld({ requestSeconds: 0.1 });
    const at = await receiver(() => undefined);
    const { outcome, delivery } = await tryTo(world, at.url);

    expect([outcome, delivery.lastStatus, delivery.lastError]).toEqual(['again', null, 'timeout']);
  });

  it('is taken when its status says so, though the rest of the answer never ends', async () => {
    const world = createWebhookWorld({ requestSeconds: 0.2 });
    const at = await receiver((_request, response) => void response.writeHead(200).write('x'));

    expect((await tryTo(world, at.url)).outcome).toBe('delivered');
  });

  it('reads no more than 64 kB of an answer, and keeps none of it', async () => {
    let written = 0;
    const world = createWebhookWorld();
    const at = await receiver((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 'canary'))) written += 16_384;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const { outcome, delivery } = await tryTo(world, at.url);

    expect(outcome).toBe('delivered');
    // What the sockets of both sides hold comes on top.
    expect(written).toBeLessThan(32 * 1024 * 1024);
    expect(JSON.stringify(delivery) + world.log()).not.toContain('canary');
  });

  it('to a port where nobody listens is tried again', async () => {
    const world = createWebhookWorld();
    const at = await startReceiver();
    await at.close();
    const { outcome, delivery } = await tryTo(world, at.url);

    expect([outcome, delivery.lastError]).toEqual(['again', 'connection']);
  });

  it('to a server that hangs up, or speaks no HTTP, is tried again', async () => {
    const world = createWebhookWorld();
    const hangsUp = await receiver((request) => void request.socket.destroy());
    const speaksNoHttp = await receiver((request) => void request.socket.end('hello\r\n\r\n'));

    for (const { url } of [hangsUp, speaksNoHttp])
      expect((await tryTo(world, url)).delivery.lastError).toBe('connection');
  });

  it('that is cut by the end of the process is left to the next one', async () => {
    const world = createWebhookWorld();
    const stop = new AbortController();
    const at = await receiver((_request, response) => {
      if (stop.signal.aborted) response.writeHead(204).end();
      else stop.abort(new Error('stopping'));
    });
    const webhook = await world.endpoint(at.url);
    const delivery = await world.onItsWay(webhook);

    await expect(deliverWebhook(world.deps, delivery, stop.signal)).rejects.toThrow('stopping');
    expect(await world.now(delivery)).toMatchObject({ status: 'pending', attempts: 1 });
    expect((await world.webhookNow(webhook)).failuresInARow).toBe(0);
    world.advance(61);
    expect(await deliverWebhook(world.deps, delivery)).toBe('delivered');
  });

  it('whose secret does not open says that the keys differ, and waits', async () => {
    const world = createWebhookWorld({ seal: createWebhookSeal(Buffer.alloc(32, 9)) });
    const at = await receiver();
    const { outcome } = await tryTo(world, at.url);

    expect(outcome).toBe('again');
    expect(at.received).toHaveLength(0);
    expect(world.log()).toContain('EDF_WEBHOOK_KEY');
  });

  it('leaves no address, secret or body in the log', async () => {
    const world = createWebhookWorld();
    const at = await receiver((_request, response) => void response.writeHead(500).end());
    const { delivery } = await tryTo(world, `${at.url}?token=canary`);

    expect(world.log()).toContain(delivery.id);
    expect(world.log()).not.toMatch(/canary|whsec_|hooks|127\.0\.0\.1|recordingId/);
  });
});

describe('an address that leads inside', () => {
  it.each([
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:7f00:1]/',
    'http://169.254.169.254/',
    'https://localhost/',
  ])('%s is not spoken to, though it stands in the ledger', async (url) => {
    const world = createWebhookWorld({ guard: createOutboundGuard({ resolve: async () => [] }) });
    const { outcome, delivery } = await tryTo(world, url);

    expect([outcome, delivery.lastError]).toEqual(['again', 'address-refused']);
  });

  it('by a name that was public when the endpoint was made is not spoken to once it means this machine', async () => {
    const at = await receiver();
    const answers: HostAddress[] = [{ address: '93.184.216.34', family: 4 }];
    const guard = createOutboundGuard({
      resolve: async () => [answers.shift() ?? { address: '127.0.0.1', family: 4 }],
    });
    const url = 'https://rebind.example.org:8443/';
    await expect(guard.check(url)).resolves.toMatchObject({ addresses: [{ address: '93.184.216.34' }] });
    const world = createWebhookWorld({ guard });
    const { delivery } = await tryTo(world, url);

    expect(delivery.lastError).toBe('address-refused');
    expect(at.received).toHaveLength(0);
  });

  it('by a name that changes between the check and the connection is not reached: the checked one is', async () => {
    const at = await receiver();
    let asked = 0;
    // First what may be spoken to, ever after something else; the system's own DNS does not know the name at all.
    const resolve = async (): Promise<HostAddress[]> =>
      ++asked === 1 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '169.254.169.254', family: 4 }];
    const origin = `http://rebind.invalid:${at.port}`;
    const world = createWebhookWorld({ guard: createOutboundGuard({ resolve, trustedOrigins: [origin] }) });
    const { outcome } = await tryTo(world, `${origin}/hooks`);

    expect([outcome, asked, at.received.length]).toEqual(['delivered', 1, 1]);
  });

  it('is never looked up again: a connection is told the addresses that were checked', () => {
    const addresses: HostAddress[] = [
      { address: '2606:2800::1', family: 6 },
      { address: '93.184.216.34', family: 4 },
    ];
    const lookup = pinnedTo({ url: new URL('https://hooks.example.org'), addresses });
    const told: unknown[] = [];
    const note = (...answer: unknown[]) => void told.push(answer);
    lookup('hooks.example.org', { all: true }, note);
    lookup('127.0.0.1', { family: 4 }, note);
    lookup('hooks.example.org', {}, note);
    pinnedTo({ url: new URL('https://a.example'), addresses: [] })('a.example', {}, note);

    expect(told).toEqual([
      [null, addresses],
      [null, '93.184.216.34', 4],
      [null, '2606:2800::1', 6],
      [expect.any(Error), ''],
    ]);
  });
});
