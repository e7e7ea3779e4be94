import { claimDelivery } from './claim-delivery.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { endDelivery } from './end-delivery.ts';
import { relayOutbox } from './outbox.ts';
import { relayToWebhooks } from './relay-to-webhooks.ts';
import type { OutboxRow } from './rows.ts';
import type { WebhookDeliveryRow } from './webhook-rows.ts';
import { sweepDue } from './sweep-due.ts';
import { accepted } from './test-support/scenes.ts';
import {
  deliveryNow,
  endpoint,
  inHand,
  onItsWay,
  refused,
  taken,
  unanswered,
  webhookNow,
} from './test-support/webhook-scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';
import { defaultWebhookSchedule, deliveryBackoffSeconds } from './webhook-schedule.ts';

const secondsUntil = (world: World, due: string | null) =>
  (Date.parse(due ?? '') - world.clock.now().getTime()) / 1000;

describeOnEachStore('relaying', (make) => {
  it('makes an event into a delivery for each endpoint that asked for it, with ids only', async () => {
    const world = make();
    const [first, second] = [await endpoint(world), await endpoint(world)];
    await endpoint(world, { events: ['job.failed'] });
    await endpoint(world, { tenant: 'beta' });
    const { upload, recordingId, jobId } = await accepted(world);
    await relayOutbox(world.ledger, async (entry) => void (await relayToWebhooks(world.ledger, entry)));

    const deliveries = world.store.rows('webhook-delivery');
    expect(deliveries.map(({ webhookId }) => webhookId).sort()).toEqual([first.id, second.id].sort());
    const [{ event }] = deliveries as [WebhookDeliveryRow];
    expect(event).toEqual({
      type: 'upload.completed',
      timestamp: expect.stringMatching(/Z$/),
      data: { kind: 'upload', id: upload.id, version: expect.any(Number), recordingId, jobId },
    });
    expect(JSON.stringify(deliveries)).not.toContain('sealed');
    expect(world.store.rows('outbox')).toEqual([]);
  });

  it('again what was not forgotten makes nothing new, and does not send again what was sent', async () => {
    const world = make();
    await endpoint(world);
    await accepted(world);
    const [entry] = world.store.announced as [OutboxRow];
    await relayToWebhooks(world.ledger, entry);
    const [delivery] = world.store.rows('webhook-delivery') as [WebhookDeliveryRow];
    await endDelivery(world.ledger, await inHand(world, delivery), taken);
    await Promise.all([relayToWebhooks(world.ledger, entry), relayToWebhooks(world.ledger, entry)]);

    expect(world.store.rows('webhook-delivery')).toHaveLength(1);
    expect(deliveryNow(world, delivery.id).status).toBe('delivered');
  });

  it('that is cut before the entry is forgotten leaves both, and nothing is lost', async () => {
    const world = make();
    await endpoint(world);
    await accepted(world);
    const cut = async (entry: OutboxRow) => {
      await relayToWebhooks(world.ledger, entry);
      throw new Error('cut');
    };
    await expect(relayOutbox(world.ledger, cut)).rejects.toThrow('cut');
    expect([world.store.rows('outbox').length, world.store.rows('webhook-delivery').length]).toEqual([1, 1]);
    await relayOutbox(world.ledger, async (entry) => void (await relayToWebhooks(world.ledger, entry)));

    expect([world.store.rows('outbox').length, world.store.rows('webhook-delivery').length]).toEqual([0, 1]);
  });

  it('tells a disabled endpoint nothing', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const claimed = await inHand(world, await onItsWay(world, webhook));
    await endDelivery(world.ledger, claimed, { status: 410, error: 'status' });
    await accepted(world);
    const [entry] = world.store.announced as [OutboxRow];

    expect(await relayToWebhooks(world.ledger, entry)).toEqual([]);
  });
});

describeOnEachStore('a delivery', (make) => {
  it('that is due is shown to the sweep, and not before', async () => {
    const world = make();
    const delivery = await onItsWay(world, await endpoint(world));
    const offered: string[] = [];
    const deps = { ...world.deps, sendDelivery: async ({ id }: WebhookDeliveryRow) => void offered.push(id) };
    world.clock.advance(1);
    await sweepDue(deps);
    expect(offered).toEqual([delivery.id]);
    await inHand(world, delivery);
    await sweepDue(deps);
    expect(offered).toHaveLength(1);
    world.clock.advance(defaultWebhookSchedule.leaseSeconds + 1);
    await sweepDue(deps);

    expect(offered).toHaveLength(2);
  });

  it('is taken in hand by one of two that see it at once', async () => {
    const world = make();
    const delivery = await onItsWay(world, await endpoint(world));
    const claims = await Promise.all([
      claimDelivery(world.ledger, delivery),
      claimDelivery(world.ledger, delivery),
    ]);

    expect(claims.map(({ outcome }) => outcome).sort()).toEqual(['claimed', 'not-due']);
    expect(deliveryNow(world, delivery.id).attempts).toBe(1);
  });

  it('whose sender died is taken up by another once its time is over, and the dead one is not heard', async () => {
    const world = make();
    const delivery = await onItsWay(world, await endpoint(world));
    const lost = await inHand(world, delivery);
    world.clock.advance(defaultWebhookSchedule.leaseSeconds);
    const second = await inHand(world, delivery);

    expect(await endDelivery(world.ledger, lost, refused)).toBe('stale');
    expect(await endDelivery(world.ledger, second, taken)).toBe('delivered');
    expect(await endDelivery(world.ledger, second, refused)).toBe('stale');
    expect(deliveryNow(world, delivery.id)).toMatchObject({
      status: 'delivered',
      attempts: 2,
      lastStatus: 204,
    });
  });

  it('that fails is tried again later and later, then given up after about three days', async () => {
    const world = make({ random: () => 0.5 });
    const webhook = await endpoint(world);
    const { id } = await onItsWay(world, webhook);
    const waits: number[] = [];
    let total = 0;
    for (;;) {
      const claimed = await inHand(world, deliveryNow(world, id));
      if ((await endDelivery(world.ledger, claimed, unanswered)) === 'given_up') break;
      const seconds = secondsUntil(world, deliveryNow(world, id).due);
      waits.push(seconds);
      total += seconds;
      world.clock.advance(seconds - 1);
      expect((await claimDelivery(world.ledger, claimed)).outcome).toBe('not-due');
      world.clock.advance(1);
    }

    expect(waits.map(Math.round)).toEqual([
      5, 20, 80, 320, 1280, 5120, 20480, 43200, 43200, 43200, 43200, 43200,
    ]);
    expect(total / 86_400).toBeCloseTo(2.8, 1);
    expect(deliveryNow(world, id)).toMatchObject({
      status: 'given_up',
      attempts: 13,
      lastStatus: null,
      lastError: 'timeout',
      due: null,
    });
  });

  it('whose sender dies every time is given up as well', async () => {
    const world = make();
    const { id } = await onItsWay(world, await endpoint(world));
    for (let attempt = 0; attempt < defaultWebhookSchedule.maxAttempts; attempt++) {
      await inHand(world, deliveryNow(world, id));
      world.clock.advance(defaultWebhookSchedule.leaseSeconds);
    }

    expect(await claimDelivery(world.ledger, deliveryNow(world, id))).toEqual({ outcome: 'ended' });
    expect(deliveryNow(world, id)).toMatchObject({ status: 'given_up', lastError: 'interrupted' });
  });

  it('to an endpoint that was deleted ends when it is due', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const delivery = await onItsWay(world, webhook);
    await deleteWebhook(world.ledger, 'acme', webhook.id);

    expect(await claimDelivery(world.ledger, delivery)).toEqual({ outcome: 'ended' });
    expect(deliveryNow(world, delivery.id)).toMatchObject({
      status: 'given_up',
      attempts: 0,
      lastError: 'endpoint-deleted',
    });
  });

  it('whose endpoint is deleted while it is sent is noted all the same', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const claimed = await inHand(world, await onItsWay(world, webhook));
    await deleteWebhook(world.ledger, 'acme', webhook.id);

    expect(await endDelivery(world.ledger, claimed, taken)).toBe('delivered');
  });
});

describeOnEachStore('an endpoint that', (make) => {
  it('answers 410 is disabled at once, and nothing more is sent to it', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const [first, second] = [await onItsWay(world, webhook), await onItsWay(world, webhook)];
    const claimed = await inHand(world, first);

    expect(await endDelivery(world.ledger, claimed, { status: 410, error: 'status' })).toBe('given_up');
    expect(webhookNow(world, webhook.id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' });
    expect(await claimDelivery(world.ledger, second)).toEqual({ outcome: 'ended' });
    expect(deliveryNow(world, second.id)).toMatchObject({ attempts: 0, lastError: 'endpoint-disabled' });
  });

  it('has failed for a day and twenty times is disabled with a reason', async () => {
    const world = make();
    const webhook = await endpoint(world);
    for (let failure = 1; failure <= 19; failure++)
      await endDelivery(world.ledger, await inHand(world, await onItsWay(world, webhook)), refused);
    world.clock.advance(86_400);
    expect(webhookNow(world, webhook.id)).toMatchObject({ state: 'active', failuresInARow: 19 });
    await endDelivery(world.ledger, await inHand(world, await onItsWay(world, webhook)), unanswered);

    expect(webhookNow(world, webhook.id)).toMatchObject({ state: 'disabled', disabledReason: 'failing' });
  });

  it('fails thirty times within an hour is not disabled: it may only be restarting', async () => {
    const world = make();
    const webhook = await endpoint(world);
    for (let failure = 1; failure <= 30; failure++) {
      await endDelivery(world.ledger, await inHand(world, await onItsWay(world, webhook)), refused);
      world.clock.advance(120);
    }

    expect(webhookNow(world, webhook.id)).toMatchObject({ state: 'active', failuresInARow: 30 });
  });

  it('takes one delivery has its failures forgotten', async () => {
    const world = make();
    const webhook = await endpoint(world);
    await endDelivery(world.ledger, await inHand(world, await onItsWay(world, webhook)), refused);
    await endDelivery(world.ledger, await inHand(world, await onItsWay(world, webhook)), taken);

    expect(webhookNow(world, webhook.id)).toMatchObject({ failuresInARow: 0, failingSince: null });
  });

  it('takes everything is written no row of its own for it', async () => {
    const world = make();
    const webhook = await endpoint(world);
    for (let number = 0; number < 5; number++)
      await endDelivery(world.ledger, await inHand(world, await onItsWay(world, webhook)), taken);

    const item = world.store.items().find(({ sk }) => sk === webhook.id);
    expect(item?.version).toBe(1);
  });

  it('counts every failure of deliveries that end at once', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const claimed = await Promise.all(
      Array.from({ length: 8 }, async () => inHand(world, await onItsWay(world, webhook))),
    );
    await Promise.all(claimed.map((each) => endDelivery(world.ledger, each, refused)));

    expect(webhookNow(world, webhook.id).failuresInARow).toBe(8);
  });
});

describe('the wait before the next try', () => {
  it('is spread over a fifth to both sides', () => {
    expect(deliveryBackoffSeconds(1, defaultWebhookSchedule, 0)).toBeCloseTo(4);
    expect(deliveryBackoffSeconds(1, defaultWebhookSchedule, 0.9999)).toBeCloseTo(6, 2);
  });

  it('is as long as the endpoint asks, but for what is unreasonable, and never shorter than planned', () => {
    expect(deliveryBackoffSeconds(1, defaultWebhookSchedule, 0.5, 90)).toBe(90);
    expect(deliveryBackoffSeconds(1, defaultWebhookSchedule, 0.5, 1e9)).toBe(12 * 3600);
    expect(deliveryBackoffSeconds(4, defaultWebhookSchedule, 0.5, 1)).toBe(320);
  });
});
