import type {
  DeliveryAttempt,
  EndedDelivery,
  Ledger,
  WebhookDeliveryRow,
  WebhookRow,
} from '@edf-pipeline/ledger';
import { claimDelivery, endDelivery } from '@edf-pipeline/ledger';
import type { Logger, OutboundGuard, OutboundTarget, TenantSeal } from '@edf-pipeline/service';
import { TargetRefused } from '@edf-pipeline/service';
import { WebhookTimeout, postWebhook } from './post-webhook.ts';
import { signatureHeaders } from './webhook-signature.ts';

export interface WebhookDeps {
  readonly ledger: Ledger;
  /** Of the secrets; made with the gateway's key. */
  readonly seal: TenantSeal;
  readonly guard: OutboundGuard;
  readonly logger: Logger;
  /** How long an endpoint may take; 10 when left out. */
  readonly requestSeconds?: number;
}

/** With the name's resolution well within the lease of a try (`leaseSeconds` of the ledger's schedule). */
const REQUEST_SECONDS = 10;

/**
 * One try of a delivery that is due: takes it in hand, posts it signed, notes how it went. Does nothing when somebody
 * else has it, or when there is nothing to send any more.
 */
export async function deliverWebhook(
  deps: WebhookDeps,
  due: WebhookDeliveryRow,
  signal?: AbortSignal,
): Promise<EndedDelivery | 'not-due' | 'ended'> {
  const { ledger, logger } = deps;
  const claim = await claimDelivery(ledger, due, signal);
  if (claim.outcome !== 'claimed') return claim.outcome;
  const { delivery, webhook } = claim;
  const startedAt = performance.now();
  const attempt = await tryOnce(deps, delivery, webhook, signal);
  const ended = await endDelivery(ledger, delivery, attempt, signal);
  logger.info('A webhook was tried', {
    deliveryId: delivery.id,
    webhookId: webhook.id,
    attempt: delivery.attempts,
    outcome: ended,
    status: attempt.status,
    ...(attempt.error !== null && { failure: attempt.error }),
    durationMs: Math.round(performance.now() - startedAt),
  });
  return ended;
}

async function tryOnce(
  deps: WebhookDeps,
  delivery: WebhookDeliveryRow,
  webhook: WebhookRow,
  signal?: AbortSignal,
): Promise<DeliveryAttempt> {
  const secrets = secretsOf(deps, webhook);
  if (!secrets) {
    deps.logger.error('The secret of a webhook does not open; is EDF_WEBHOOK_KEY the gateway’s?', {
      webhookId: webhook.id,
    });
    return { status: null, error: 'interrupted' };
  }
  const target = await checked(deps.guard, webhook.url);
  if (!target) return { status: null, error: 'address-refused' };
  const body = JSON.stringify(delivery.event);
  const headers = {
    ...signatureHeaders(secrets, delivery.id, deps.ledger.clock(), body),
    'content-type': 'application/json',
    'user-agent': 'edf-pipeline',
  };
  try {
    const seconds = deps.requestSeconds ?? REQUEST_SECONDS;
    const { status, retryAfterSeconds } = await postWebhook({ target, headers, body, seconds }, signal);
    const isTaken = status >= 200 && status < 300;
    return { status, error: isTaken ? null : 'status', retryAfterSeconds };
  } catch (error) {
    signal?.throwIfAborted();
    return { status: null, error: error instanceof WebhookTimeout ? 'timeout' : 'connection' };
  }
}

/** null when it must not be spoken to, now; its name may have meant something else when it was made. */
async function checked(guard: OutboundGuard, url: string): Promise<OutboundTarget | null> {
  try {
    return await guard.check(url);
  } catch (error) {
    if (error instanceof TargetRefused) return null;
    throw error;
  }
}

/** All that sign now, the present one first; null when one does not open. */
function secretsOf({ ledger, seal }: WebhookDeps, webhook: WebhookRow): string[] | null {
  const now = ledger.clock().toISOString();
  const previous = webhook.previousSecrets.filter(({ until }) => until > now).map(({ sealed }) => sealed);
  const opened = [webhook.sealedSecret, ...previous].map((sealed) => seal.open(webhook.tenant, sealed));
  return opened.every((secret) => secret !== null) ? opened : null;
}
