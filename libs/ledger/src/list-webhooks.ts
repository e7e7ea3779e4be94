import { deliveriesPartition } from './indexes.ts';
import { webhookDeliveryKey, webhookKey, webhooksPartition } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { webhookDeliveryOf, webhookOf } from './ledger.ts';
import type { Listed, ListQuery, Versioned } from './read.ts';
import { newestFirst } from './read.ts';
import type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';

/** Endpoints that a tenant may have. Two that are made at once may pass it together; nothing rests on it. */
export const MAX_WEBHOOKS = 10;

/** Well above what can come together by being made at once. */
const PAGE = 100;

/** All endpoints of a tenant, oldest first, strongly consistent. */
export async function listWebhooks(
  ledger: Ledger,
  tenant: string,
  signal?: AbortSignal,
): Promise<Versioned<WebhookRow>[]> {
  const query = { index: 'primary', partition: webhooksPartition(tenant), limit: PAGE } as const;
  const items = await ledger.store.query(query, signal);
  return items
    .map((item) => ({ row: webhookOf(item), version: item.version }))
    .sort((a, b) => (a.row.createdAt < b.row.createdAt ? -1 : 1));
}

export async function readWebhook(
  ledger: Ledger,
  tenant: string,
  webhookId: string,
  signal?: AbortSignal,
): Promise<Versioned<WebhookRow> | null> {
  const item = await ledger.store.get(webhookKey(tenant, webhookId), signal);
  return item ? { row: webhookOf(item), version: item.version } : null;
}

/** What was and is on its way to an endpoint, newest first, for as long as it is kept. */
export function listDeliveries(
  ledger: Ledger,
  tenant: string,
  webhookId: string,
  query: ListQuery,
  signal?: AbortSignal,
): Promise<Listed<WebhookDeliveryRow>> {
  return newestFirst(ledger, 'list', deliveriesPartition(tenant, webhookId), query, signal);
}

export async function readDelivery(
  ledger: Ledger,
  tenant: string,
  deliveryId: string,
  signal?: AbortSignal,
): Promise<Versioned<WebhookDeliveryRow> | null> {
  const item = await ledger.store.get(webhookDeliveryKey(tenant, deliveryId), signal);
  return item ? { row: webhookDeliveryOf(item), version: item.version } : null;
}
