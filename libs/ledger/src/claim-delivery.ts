import type { WebhookDeliveryError } from '@edf-pipeline/contracts';
import { webhookDeliveryKey, webhookKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, webhookDeliveryOf, webhookOf, writerOf } from './ledger.ts';
import type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';
import { defaultWebhookSchedule } from './webhook-schedule.ts';

export type ClaimedDelivery =
  | { readonly outcome: 'claimed'; readonly delivery: WebhookDeliveryRow; readonly webhook: WebhookRow }
  /** Somebody else tries it now, or it waits for its time. */
  | { readonly outcome: 'not-due' }
  /** Nothing more is to be sent: it has ended, just now or before. */
  | { readonly outcome: 'ended' };

/**
 * Takes a delivery that is due in hand, for as long as a try may take: two that see it due at once do not both send it.
 * A clock that runs ahead can only make it be sent twice, which may happen anyway. Ends it when its endpoint is gone or
 * disabled, or when the last try never said how it went.
 */
export function claimDelivery(
  ledger: Ledger,
  { tenant, id, webhookId }: Pick<WebhookDeliveryRow, 'tenant' | 'id' | 'webhookId'>,
  signal?: AbortSignal,
  schedule = defaultWebhookSchedule,
): Promise<ClaimedDelivery> {
  return decideAndWrite<ClaimedDelivery>(
    ledger,
    [webhookDeliveryKey(tenant, id), webhookKey(tenant, webhookId)],
    ([item, webhookItem]) => {
      if (!item) return { writes: [], answer: { outcome: 'ended' } };
      const delivery = webhookDeliveryOf(item);
      if (delivery.due === null) return { writes: [], answer: { outcome: 'ended' } };
      const writer = writerOf(ledger);
      if (delivery.due > writer.at) return { writes: [], answer: { outcome: 'not-due' } };
      const webhook = webhookItem && webhookOf(webhookItem);
      const isSpent = delivery.attempts >= schedule.maxAttempts;
      if (webhook?.state !== 'active' || isSpent) {
        const lastError = reasonToEnd(webhook);
        const row: WebhookDeliveryRow = {
          ...delivery,
          status: 'given_up',
          lastError,
          finishedAt: writer.at,
          due: null,
        };
        return { writes: [writer.change(item, row)], answer: { outcome: 'ended' } };
      }
      const row: WebhookDeliveryRow = {
        ...delivery,
        attempts: delivery.attempts + 1,
        due: after(writer.at, schedule.leaseSeconds),
      };
      return {
        writes: [writer.change(item, row)],
        answer: { outcome: 'claimed', delivery: row, webhook },
      };
    },
    signal,
  );
}

function reasonToEnd(webhook: WebhookRow | null | undefined): WebhookDeliveryError {
  if (!webhook) return 'endpoint-deleted';
  return webhook.state === 'active' ? 'interrupted' : 'endpoint-disabled';
}
