import { changeWebhook } from './change-webhook.ts';
import type { Ledger } from './ledger.ts';
import type { Versioned } from './read.ts';
import type { WebhookRow } from './webhook-rows.ts';

/** Sends to an endpoint again, from now on; its failures are forgotten. null when there is no such endpoint. */
export function enableWebhook(
  ledger: Ledger,
  tenant: string,
  webhookId: string,
  signal?: AbortSignal,
): Promise<Versioned<WebhookRow> | null> {
  return changeWebhook(
    ledger,
    { tenant, id: webhookId },
    (webhook) =>
      webhook.state === 'active'
        ? webhook
        : { ...webhook, state: 'active', disabledReason: null, failuresInARow: 0, failingSince: null },
    signal,
  );
}
