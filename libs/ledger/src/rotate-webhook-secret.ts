import { webhookKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, webhookOf, writerOf } from './ledger.ts';
import type { Versioned } from './read.ts';
import type { WebhookRow } from './webhook-rows.ts';
import { defaultWebhookSchedule } from './webhook-schedule.ts';

/** Asked too often, the oldest stop signing early. */
const MAX_PREVIOUS = 4;

/**
 * Gives an endpoint a new secret. All before it sign as well until they end: a caller that never heard our answer and
 * asks once more must not lose the secret its server still verifies with. null when there is no such endpoint.
 */
export function rotateWebhookSecret(
  ledger: Ledger,
  tenant: string,
  webhookId: string,
  sealedSecret: string,
  signal?: AbortSignal,
  schedule = defaultWebhookSchedule,
): Promise<Versioned<WebhookRow> | null> {
  return decideAndWrite(
    ledger,
    [webhookKey(tenant, webhookId)],
    ([item]) => {
      if (!item) return { writes: [], answer: null };
      const writer = writerOf(ledger);
      const webhook = webhookOf(item);
      const until = after(writer.at, schedule.secretOverlapSeconds);
      const row: WebhookRow = {
        ...webhook,
        sealedSecret,
        previousSecrets: [
          { sealed: webhook.sealedSecret, until },
          ...webhook.previousSecrets.filter((secret) => secret.until > writer.at),
        ].slice(0, MAX_PREVIOUS),
      };
      return { writes: [writer.change(item, row)], answer: { row, version: item.version + 1 } };
    },
    signal,
  );
}
