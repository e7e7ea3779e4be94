import type { DeliveryAttempt } from '../end-delivery.ts';
import { claimDelivery } from '../claim-delivery.ts';
import { createDelivery } from '../create-delivery.ts';
import type { NewWebhook } from '../create-webhook.ts';
import { createWebhook } from '../create-webhook.ts';
import type { WebhookDeliveryRow, WebhookRow } from '../webhook-rows.ts';
import type { World } from './world.ts';

/** 26 characters, as of a ULID. */
export const originOf = (number: number) => `01JABCDEFG${String(number).padStart(16, '0')}`;

let endpoints = 0;

/** An endpoint that wants to hear of uploads and of jobs that succeed. */
export async function endpoint(world: World, change: Partial<NewWebhook> = {}): Promise<WebhookRow> {
  const id = `whk_${originOf(++endpoints)}`;
  const { row } = await createWebhook(world.ledger, {
    tenant: 'acme',
    id,
    url: 'https://hooks.example.org/edf',
    events: ['upload.completed', 'job.succeeded'],
    sealedSecret: 'sealed-1',
    ...change,
  });
  return row;
}

let origins = 0;

/** A delivery that waits to be sent. */
export function onItsWay(world: World, webhook: WebhookRow, number = ++origins): Promise<WebhookDeliveryRow> {
  return createDelivery(world.ledger, {
    tenant: webhook.tenant,
    webhookId: webhook.id,
    originId: originOf(number),
    event: {
      type: 'job.succeeded',
      timestamp: '2026-01-01T00:00:00.000Z',
      data: { kind: 'job', id: `job_${originOf(number)}`, version: 7 },
    },
  });
}

/** The delivery in hand, ready to be sent. */
export async function inHand(world: World, delivery: WebhookDeliveryRow): Promise<WebhookDeliveryRow> {
  const claim = await claimDelivery(world.ledger, delivery);
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome);
  return claim.delivery;
}

export const taken: DeliveryAttempt = { status: 204, error: null };
export const refused: DeliveryAttempt = { status: 500, error: 'status' };
export const unanswered: DeliveryAttempt = { status: null, error: 'timeout' };

export const webhookNow = (world: World, id: string): WebhookRow => {
  const row = world.store.rows('webhook').find((each) => each.id === id);
  if (!row) throw new Error(`there is no ${id}`);
  return row;
};

export const deliveryNow = (world: World, id: string): WebhookDeliveryRow => {
  const row = world.store.rows('webhook-delivery').find((each) => each.id === id);
  if (!row) throw new Error(`there is no ${id}`);
  return row;
};
