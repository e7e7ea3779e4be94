import { createWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { enableWebhook } from './enable-webhook.ts';
import { listDeliveries, listWebhooks, readDelivery, readWebhook } from './list-webhooks.ts';
import { rotateWebhookSecret } from './rotate-webhook-secret.ts';
import { endpoint, inHand, onItsWay, originOf, webhookNow } from './test-support/webhook-scenes.ts';
import { describeOnEachStore } from './test-support/world.ts';
import { endDelivery } from './end-delivery.ts';

describeOnEachStore('an endpoint', (make) => {
  it('that is asked for twice is made once, and is answered as it is now', async () => {
    const world = make();
    const first = await endpoint(world, { id: `whk_${originOf(900)}` });
    await rotateWebhookSecret(world.ledger, 'acme', first.id, 'sealed-2');
    const again = await createWebhook(world.ledger, { ...first, sealedSecret: 'sealed-3' });

    expect(again).toMatchObject({ isNew: false, row: { id: first.id, sealedSecret: 'sealed-2' } });
    expect(await listWebhooks(world.ledger, 'acme')).toHaveLength(1);
  });

  it('that two ask for at once is made by one of them', async () => {
    const world = make();
    const input = { ...(await endpoint(world)), id: `whk_${originOf(901)}` };
    const made = await Promise.all([createWebhook(world.ledger, input), createWebhook(world.ledger, input)]);

    expect(made.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
  });

  it('is listed and read by its tenant alone, oldest first', async () => {
    const world = make();
    const first = await endpoint(world);
    world.clock.advance(1);
    const second = await endpoint(world);
    await endpoint(world, { tenant: 'beta' });

    const listed = await listWebhooks(world.ledger, 'acme');
    expect(listed.map(({ row }) => row.id)).toEqual([first.id, second.id]);
    expect(await readWebhook(world.ledger, 'beta', first.id)).toBeNull();
  });

  it('that is deleted is forgotten, and may be deleted again', async () => {
    const world = make();
    const { id } = await endpoint(world);
    await deleteWebhook(world.ledger, 'beta', id);
    expect(await readWebhook(world.ledger, 'acme', id)).not.toBeNull();
    await deleteWebhook(world.ledger, 'acme', id);
    await deleteWebhook(world.ledger, 'acme', id);

    expect(await readWebhook(world.ledger, 'acme', id)).toBeNull();
  });

  it('shows what is on its way to it, newest first and in pages', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const other = await endpoint(world);
    const deliveries = [];
    for (let number = 0; number < 3; number++) {
      deliveries.push(await onItsWay(world, webhook));
      world.clock.advance(1);
    }
    await onItsWay(world, other);
    const [oldest, middle, newest] = deliveries.map(({ id }) => id);

    const page = await listDeliveries(world.ledger, 'acme', webhook.id, { limit: 2 });
    expect(page.rows.map(({ row }) => row.id)).toEqual([newest, middle]);
    const olderThan = page.olderThan ?? undefined;
    const rest = await listDeliveries(world.ledger, 'acme', webhook.id, { limit: 2, olderThan });
    expect(rest.rows.map(({ row }) => row.id)).toEqual([oldest]);
    expect((await listDeliveries(world.ledger, 'beta', webhook.id, { limit: 2 })).rows).toEqual([]);
    expect(await readDelivery(world.ledger, 'beta', oldest ?? '')).toBeNull();
    expect((await readDelivery(world.ledger, 'acme', oldest ?? ''))?.row.status).toBe('pending');
  });
});

describeOnEachStore('a new secret', (make) => {
  it('leaves the one before it valid for a day', async () => {
    const world = make();
    const { id } = await endpoint(world);
    const until = new Date(world.clock.now().getTime() + 86_400_000).toISOString();

    expect((await rotateWebhookSecret(world.ledger, 'acme', id, 'sealed-2'))?.row).toMatchObject({
      sealedSecret: 'sealed-2',
      previousSecrets: [{ sealed: 'sealed-1', until }],
    });
  });

  it('that was asked for again because nobody heard the answer does not end the one in use', async () => {
    const world = make();
    const { id } = await endpoint(world);
    await rotateWebhookSecret(world.ledger, 'acme', id, 'sealed-2');
    await rotateWebhookSecret(world.ledger, 'acme', id, 'sealed-3');

    const { previousSecrets } = webhookNow(world, id);
    expect(previousSecrets.map(({ sealed }) => sealed)).toEqual(['sealed-2', 'sealed-1']);
  });

  it('forgets those that have ended, and keeps four at most', async () => {
    const world = make();
    const { id } = await endpoint(world);
    await rotateWebhookSecret(world.ledger, 'acme', id, 'sealed-2');
    world.clock.advance(86_401);
    await rotateWebhookSecret(world.ledger, 'acme', id, 'sealed-3');
    expect(webhookNow(world, id).previousSecrets.map(({ sealed }) => sealed)).toEqual(['sealed-2']);
    for (const number of [4, 5, 6, 7, 8])
      await rotateWebhookSecret(world.ledger, 'acme', id, `sealed-${number}`);

    expect(webhookNow(world, id).previousSecrets.map(({ sealed }) => sealed)).toEqual([
      'sealed-7',
      'sealed-6',
      'sealed-5',
      'sealed-4',
    ]);
  });

  it('is given to no endpoint that is not there', async () => {
    const world = make();
    const { id } = await endpoint(world);

    expect(await rotateWebhookSecret(world.ledger, 'beta', id, 'sealed-2')).toBeNull();
    expect(webhookNow(world, id).sealedSecret).toBe('sealed-1');
  });
});

describeOnEachStore('enabling', (make) => {
  it('an endpoint that said it is gone sends to it again, with its failures forgotten', async () => {
    const world = make();
    const webhook = await endpoint(world);
    const claimed = await inHand(world, await onItsWay(world, webhook));
    await endDelivery(world.ledger, claimed, { status: 410, error: 'status' });
    expect(webhookNow(world, webhook.id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' });

    expect((await enableWebhook(world.ledger, 'acme', webhook.id))?.row).toMatchObject({
      state: 'active',
      disabledReason: null,
      failuresInARow: 0,
      failingSince: null,
    });
  });

  it('one that is active changes nothing, and one that is not there is not there', async () => {
    const world = make();
    const { id } = await endpoint(world);

    expect((await enableWebhook(world.ledger, 'acme', id))?.version).toBe(1);
    expect(await enableWebhook(world.ledger, 'beta', id)).toBeNull();
  });
});
