import { webhookKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, webhookOf, writerOf } from './ledger.ts';
import type { Versioned } from './read.ts';
import type { WebhookRow } from './webhook-rows.ts';

/** Sends to an endpoint again, from now on; its failures are forgotten. null when there is no such endpoint. */
export function enableWebhook(
  ledger: Ledger,
  tenant: string,
  webhookId: string,
  signal?: AbortSignal,
): Promise<Versioned<WebhookRow> | null> {
  return decideAndWrite(
    ledger,
    [webhookKey(tenant, webhookId)],
    ([item]) => {
      if (!item) return { writes: [], answer: null };
      const webhook = webhookOf(item);
      if (webhook.state === 'active') return { writes: [], answer: { row: webhook, version: item.version } };
      const row: WebhookRow = {
        ...webhook,
        state: 'active',
        disabledReason: null,
        failuresInARow: 0,
        failingSince: null,
      };
      return { writes: [writerOf(ledger).change(item, row)], answer: { row, version: item.version + 1 } };
    },
    signal,
  );
}
