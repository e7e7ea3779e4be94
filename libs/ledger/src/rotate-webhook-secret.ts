import { changeWebhook } from './change-webhook.ts';
import type { Ledger } from './ledger.ts';
import { after } from './ledger.ts';
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
  return changeWebhook(
    ledger,
    { tenant, id: webhookId },
    (webhook, { at }) => ({
      ...webhook,
      sealedSecret,
      previousSecrets: [
        { sealed: webhook.sealedSecret, until: after(at, schedule.secretOverlapSeconds) },
        ...webhook.previousSecrets.filter((secret) => secret.until > at),
      ].slice(0, MAX_PREVIOUS),
    }),
    signal,
  );
}
