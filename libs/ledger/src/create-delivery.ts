import { createHash } from 'node:crypto';
import type { WebhookEvent } from '@edf-pipeline/contracts';
import { webhookDeliveryKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, webhookDeliveryOf, writerOf } from './ledger.ts';
import type { WebhookDeliveryRow } from './webhook-rows.ts';
import { defaultWebhookSchedule } from './webhook-schedule.ts';

export interface NewDelivery {
  readonly tenant: string;
  readonly webhookId: string;
  /** A ULID, of the outbox entry or the request it comes from: the same makes the same delivery. */
  readonly originId: string;
  readonly event: WebhookEvent;
}

/** The delivery of an origin to an endpoint: always the same id, so that relaying twice makes one. Keeps the origin's time. */
export function deliveryIdFor(originId: string, webhookId: string): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const digest = createHash('sha256').update(`${originId}\n${webhookId}`).digest();
  return `whd_${originId.slice(0, 10)}${[...digest.subarray(0, 16)].map((byte) => alphabet[byte & 31]).join('')}`;
}

/** Puts an event on its way to an endpoint, due at once; one that is (or was) on its way stays as it is. */
export function createDelivery(
  ledger: Ledger,
  { tenant, webhookId, originId, event }: NewDelivery,
  signal?: AbortSignal,
): Promise<WebhookDeliveryRow> {
  const id = deliveryIdFor(originId, webhookId);
  const key = webhookDeliveryKey(tenant, id);
  return decideAndWrite(
    ledger,
    [key],
    ([item]) => {
      if (item) return { writes: [], answer: webhookDeliveryOf(item) };
      const writer = writerOf(ledger);
      const row: WebhookDeliveryRow = {
        kind: 'webhook-delivery',
        id,
        tenant,
        webhookId,
        event,
        status: 'pending',
        attempts: 0,
        lastStatus: null,
        lastError: null,
        createdAt: writer.at,
        finishedAt: null,
        due: writer.at,
      };
      const expiresAt = Math.floor(ledger.clock().getTime() / 1000) + defaultWebhookSchedule.keptSeconds;
      return { writes: [writer.create(key, row, { expiresAt })], answer: row };
    },
    signal,
  );
}
