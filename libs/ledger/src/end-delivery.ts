import type { WebhookDeliveryError } from '@edf-pipeline/contracts';
import { webhookDeliveryKey, webhookKey } from './keys.ts';
import type { Item, Write } from './ledger-store.ts';
import type { Ledger, Writer } from './ledger.ts';
import { after, decideAndWrite, webhookDeliveryOf, webhookOf, writerOf } from './ledger.ts';
import type { WebhookDeliveryRow, WebhookRow } from './webhook-rows.ts';
import type { WebhookSchedule } from './webhook-schedule.ts';
import { defaultWebhookSchedule, deliveryBackoffSeconds } from './webhook-schedule.ts';

/** How a try went. */
export interface DeliveryAttempt {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** null: it was taken (2xx). */
  readonly error: WebhookDeliveryError | null;
  /** What the endpoint asked for. */
  readonly retryAfterSeconds?: number;
}

/** `stale`: another try has begun since, or it has ended; nothing was changed. */
export type EndedDelivery = 'delivered' | 'again' | 'given_up' | 'stale';

const GONE = 410;

/**
 * Notes how a claimed try went: done, once more later, or given up; and what that says of the endpoint, which is
 * disabled at once when it is gone, and after long enough without one success.
 *
 * @param claimed as `claimDelivery` answered it: its `attempts` is the fencing token
 */
export function endDelivery(
  ledger: Ledger,
  claimed: WebhookDeliveryRow,
  attempt: DeliveryAttempt,
  signal?: AbortSignal,
  schedule = defaultWebhookSchedule,
): Promise<EndedDelivery> {
  const { tenant, id, webhookId } = claimed;
  const random = ledger.random();
  return decideAndWrite<EndedDelivery>(
    ledger,
    [webhookDeliveryKey(tenant, id), webhookKey(tenant, webhookId)],
    ([item, webhookItem]) => {
      const delivery = item && webhookDeliveryOf(item);
      if (!delivery || delivery.due === null || delivery.attempts !== claimed.attempts)
        return { writes: [], answer: 'stale' };
      const writer = writerOf(ledger);
      const row = afterAttempt(delivery, attempt, writer.at, schedule, random);
      const answer = row.status === 'pending' ? 'again' : row.status;
      const told = webhookItem ? tellWebhook(webhookItem, attempt, writer, schedule) : [];
      return { writes: [writer.change(item, row), ...told], answer };
    },
    signal,
  );
}

function afterAttempt(
  delivery: WebhookDeliveryRow,
  { status, error, retryAfterSeconds }: DeliveryAttempt,
  at: string,
  schedule: WebhookSchedule,
  random: number,
): WebhookDeliveryRow {
  const noted = { ...delivery, lastStatus: status, lastError: error };
  if (error === null) return { ...noted, status: 'delivered', finishedAt: at, due: null };
  if (status === GONE || delivery.attempts >= schedule.maxAttempts)
    return { ...noted, status: 'given_up', finishedAt: at, due: null };
  const seconds = deliveryBackoffSeconds(delivery.attempts, schedule, random, retryAfterSeconds);
  return { ...noted, due: after(at, seconds) };
}

/** Writes nothing while all goes well: an endpoint's row would be the one that all its deliveries wait for. */
function tellWebhook(
  item: Item,
  { status, error }: DeliveryAttempt,
  writer: Writer,
  schedule: WebhookSchedule,
): Write[] {
  const webhook = webhookOf(item);
  if (error === null) {
    if (webhook.failuresInARow === 0) return [];
    return [writer.change(item, { ...webhook, failuresInARow: 0, failingSince: null })];
  }
  const failuresInARow = webhook.failuresInARow + 1;
  const failingSince = webhook.failingSince ?? writer.at;
  const isFailing =
    failuresInARow >= schedule.maxFailuresInARow && after(failingSince, schedule.failingSeconds) <= writer.at;
  const reason = status === GONE ? 'gone' : isFailing ? 'failing' : null;
  const row: WebhookRow = {
    ...webhook,
    failuresInARow,
    failingSince,
    // Whoever disabled it first said why.
    ...(reason !== null && webhook.state === 'active' && { state: 'disabled', disabledReason: reason }),
  };
  return [writer.change(item, row)];
}
