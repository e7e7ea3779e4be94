import type { Webhook, WebhookDelivery, WebhookWithSecret } from '@edf-pipeline/contracts';
import type { Versioned, WebhookDeliveryRow, WebhookRow } from '@edf-pipeline/ledger';
import type { TenantSeal } from '@edf-pipeline/service';

/** An endpoint as the API shows it: never with its secret. */
export function renderWebhook({ row, version }: Versioned<WebhookRow>, now: Date): Webhook {
  const until = row.previousSecrets.map((secret) => secret.until).filter((end) => end > now.toISOString());
  return {
    id: row.id,
    url: row.url,
    events: [...row.events],
    state: row.state,
    disabledReason: row.disabledReason,
    failuresInARow: row.failuresInARow,
    previousSecretsUntil: until.sort().at(-1) ?? null,
    createdAt: row.createdAt,
    version,
  };
}

/** The one time that the secret is shown. */
export function renderWebhookWithSecret(
  seal: TenantSeal,
  found: Versioned<WebhookRow>,
  now: Date,
): WebhookWithSecret {
  const secret = seal.open(found.row.tenant, found.row.sealedSecret);
  if (secret === null) throw new Error('the secret of a webhook does not open with this EDF_WEBHOOK_KEY');
  return { ...renderWebhook(found, now), secret };
}

export function renderDelivery(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    webhookId: row.webhookId,
    type: row.event.type,
    objectId: row.event.data.id,
    status: row.status,
    attempts: row.attempts,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    nextAt: row.due,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
