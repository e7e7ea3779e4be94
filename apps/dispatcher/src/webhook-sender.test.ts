import { createWebhook, readDelivery } from '@edf-pipeline/ledger';
import { sweep } from './dispatcher.ts';
import { relayOutbox } from '@edf-pipeline/ledger';
import { createWebhookWorld, seal, SECRET, receiversOfEachTest } from './test-support/webhook-world.ts';
import { accepted, createWorld } from './test-support/world.ts';
import { createWebhookSender, defaultWebhookLimits } from './webhook-sender.ts';

const receiver = receiversOfEachTest();

/** A receiver that answers when it is told to. */
async function patientReceiver() {
  const held: (() => void)[] = [];
  const at = await receiver((_request, response) => {
    held.push(() => response.writeHead(204).end());
  });
  return { ...at, until: at.until, held, release: () => held.splice(0).forEach((answer) => answer()) };
}

const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));

describe('a sender', () => {
  it('sends what it is offered, each once however often it is offered', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    const sender = createWebhookSender(world.deps);
    const webhook = await world.endpoint(at.url);
    const deliveries = await times(30, () => world.onItsWay(webhook));
    for (const delivery of [...deliveries, ...deliveries]) sender.offer(delivery);
    await at.until(30);
    await sender.stop();

    expect(new Set(at.received.map(({ headers }) => headers['webhook-id'])).size).toBe(30);
    expect(at.received).toHaveLength(30);
  });

  it('has no more than its share of requests under way for one tenant, and four for one endpoint', async () => {
    const world = createWebhookWorld();
    const slow = await patientReceiver();
    const sender = createWebhookSender(world.deps);
    const [first, second, third] = [
      await world.endpoint(slow.url),
      await world.endpoint(slow.url),
      await world.endpoint(slow.url),
    ];
    for (const delivery of await times(10, () => world.onItsWay(first))) sender.offer(delivery);
    await slow.until(4);
    for (const webhook of [second, third])
      for (const delivery of await times(10, () => world.onItsWay(webhook))) sender.offer(delivery);
    await slow.until(8);
    // A whole turn of the event loop and of the network in which a ninth would have come.
    const probe = await receiver();
    sender.offer(await world.onItsWay(await world.endpoint(probe.url, { tenant: 'probe' })));
    await probe.until(1);

    expect(slow.held).toHaveLength(8);
    slow.release();
    await slow.until(9);
    await sender.stop();
  });

  it('sends to others while a tenant’s endpoints never answer', async () => {
    const world = createWebhookWorld();
    const dead = await receiver(() => undefined);
    const at = await receiver();
    const sender = createWebhookSender(world.deps);
    for (let number = 0; number < 5; number++) {
      const webhook = await world.endpoint(dead.url, { tenant: 'slow' });
      for (const delivery of await times(40, () => world.onItsWay(webhook))) sender.offer(delivery);
    }
    const webhook = await world.endpoint(at.url);
    for (const delivery of await times(20, () => world.onItsWay(webhook))) sender.offer(delivery);
    await at.until(20);

    expect(dead.received.length).toBeLessThanOrEqual(defaultWebhookLimits.perTenant);
    await sender.stop();
  });

  it('sends to an endpoint while another of the same tenant never answers', async () => {
    const world = createWebhookWorld();
    const dead = await receiver(() => undefined);
    const at = await receiver();
    const sender = createWebhookSender(world.deps);
    const slow = await world.endpoint(dead.url);
    for (const delivery of await times(40, () => world.onItsWay(slow))) sender.offer(delivery);
    const webhook = await world.endpoint(at.url);
    for (const delivery of await times(20, () => world.onItsWay(webhook))) sender.offer(delivery);
    await at.until(20);

    expect(dead.received.length).toBeLessThanOrEqual(defaultWebhookLimits.perEndpoint);
    await sender.stop();
  });

  it('keeps no more in memory than it may: what finds no place stays due', async () => {
    const world = createWebhookWorld();
    const slow = await patientReceiver();
    const sender = createWebhookSender(world.deps, { ...defaultWebhookLimits, waitingPerTenant: 2 });
    const webhook = await world.endpoint(slow.url);
    const deliveries = await times(10, () => world.onItsWay(webhook));
    for (const delivery of deliveries) sender.offer(delivery);
    await slow.until(4);
    slow.release();
    await slow.until(6);
    slow.release();
    await sender.stop();
    const statuses = await Promise.all(deliveries.map(async (each) => (await world.now(each)).status));

    expect(statuses.filter((status) => status === 'delivered')).toHaveLength(6);
    expect(statuses.filter((status) => status === 'pending')).toHaveLength(4);
  });

  it('that is stopped cuts what never answers, starts nothing more, and leaves it all due', async () => {
    const world = createWebhookWorld();
    const dead = await receiver(() => undefined);
    const sender = createWebhookSender(world.deps, { ...defaultWebhookLimits, stopSeconds: 0.05 });
    const webhook = await world.endpoint(dead.url);
    const deliveries = await times(6, () => world.onItsWay(webhook));
    for (const delivery of deliveries) sender.offer(delivery);
    await dead.until(4);
    await sender.stop();
    sender.offer(await world.onItsWay(webhook));

    expect(dead.received).toHaveLength(4);
    for (const delivery of deliveries) expect((await world.now(delivery)).status).toBe('pending');
  });

  it('beside another one sends everything, and nothing twice', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    const senders = [createWebhookSender(world.deps), createWebhookSender(world.deps)];
    const webhook = await world.endpoint(at.url);
    const deliveries = await times(50, () => world.onItsWay(webhook));
    for (const delivery of deliveries) for (const sender of senders) sender.offer(delivery);
    await at.until(50);
    await Promise.all(senders.map((sender) => sender.stop()));

    expect(at.received).toHaveLength(50);
    for (const delivery of deliveries) expect((await world.now(delivery)).attempts).toBe(1);
  });

  it('whose ledger does not answer says so, and leaves the delivery due', async () => {
    const world = createWebhookWorld();
    const at = await receiver();
    const delivery = await world.onItsWay(await world.endpoint(at.url));
    const { ledger } = world.deps;
    const store = { ...ledger.store, get: () => Promise.reject(new Error('no answer')) };
    const sender = createWebhookSender({ ...world.deps, ledger: { ...ledger, store } });
    sender.offer(delivery);
    await sender.stop();

    expect(world.log()).toContain('could not be dealt with');
    expect((await world.now(delivery)).attempts).toBe(0);
  });
});

describe('a dispatcher with webhooks', () => {
  it('tells an endpoint what has happened, and again through the sweep when it failed at first', async () => {
    const world = createWorld();
    let status = 500;
    const at = await receiver((_request, response) => void response.writeHead(status).end());
    const { deps } = createWebhookWorld();
    const webhooks = createWebhookSender({ ...deps, ledger: world.ledger });
    const sealedSecret = seal.seal('acme', SECRET);
    const webhook = { tenant: 'acme', id: `whk_${world.ledger.newId()}`, url: at.url };
    await createWebhook(world.ledger, { ...webhook, events: ['upload.completed'], sealedSecret });
    const { uploadId, jobId, recordingId } = await accepted(world);
    await relayOutbox(world.ledger, webhooks.tell);
    await at.until(1);
    const id = String(at.received[0]?.headers['webhook-id']);
    const deliveryNow = async () => (await readDelivery(world.ledger, 'acme', id))?.row;
    while ((await deliveryNow())?.lastStatus !== 500) await new Promise(setImmediate);
    status = 200;
    const dispatcherDeps = { ...world.deps, webhooks };
    await sweep(dispatcherDeps);
    expect(at.received).toHaveLength(1);
    world.advance(6);
    await sweep(dispatcherDeps);
    await at.until(2);
    await webhooks.stop();

    expect(await deliveryNow()).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(JSON.parse(at.received[1]?.body ?? '')).toEqual({
      type: 'upload.completed',
      timestamp: '2026-03-01T12:00:00.000Z',
      data: { kind: 'upload', id: uploadId, version: expect.any(Number), jobId, recordingId },
    });
  });
});
