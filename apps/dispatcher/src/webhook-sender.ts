import type { OutboxRow, WebhookDeliveryRow } from '@edf-pipeline/ledger';
import { relayToWebhooks } from '@edf-pipeline/ledger';
import type { WebhookDeps } from './deliver-webhook.ts';
import { deliverWebhook } from './deliver-webhook.ts';

/** Sends what is due beside everything else: whoever offers a delivery never waits for an endpoint. */
export interface WebhookSender {
  /** Makes what has happened into deliveries and takes them up; to be called before the outbox forgets the entry. */
  tell(entry: OutboxRow): Promise<void>;
  /** Takes it up as soon as there is room; one that finds no place stays due, and is offered again. */
  offer(delivery: WebhookDeliveryRow): void;
  /** Starts nothing more; what is under way is given a moment, then cut and tried again later. */
  stop(): Promise<void>;
}

export interface WebhookLimits {
  /** Requests under way at once. */
  readonly perTenant: number;
  /** Of those, to one endpoint: a slow one does not use up its tenant's share. */
  readonly perEndpoint: number;
  /** Deliveries of a tenant that wait in memory for their turn. */
  readonly waitingPerTenant: number;
  readonly stopSeconds: number;
}

export const defaultWebhookLimits: WebhookLimits = {
  perTenant: 8,
  perEndpoint: 4,
  waitingPerTenant: 1_000,
  stopSeconds: 1,
};

/** What a tenant has under way and waiting. */
interface Lane {
  readonly waiting: WebhookDeliveryRow[];
  readonly runningByEndpoint: Map<string, number>;
  running: number;
}

/** Every tenant has its own share of requests: one with slow endpoints waits for itself alone. */
export function createWebhookSender(deps: WebhookDeps, limits = defaultWebhookLimits): WebhookSender {
  const lanes = new Map<string, Lane>();
  const known = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let isStopped = false;

  const laneOf = (tenant: string): Lane => {
    const lane = lanes.get(tenant) ?? { waiting: [], runningByEndpoint: new Map(), running: 0 };
    lanes.set(tenant, lane);
    return lane;
  };

  const runningOf = (lane: Lane, { webhookId }: WebhookDeliveryRow) =>
    lane.runningByEndpoint.get(webhookId) ?? 0;

  function count(lane: Lane, delivery: WebhookDeliveryRow, change: 1 | -1) {
    lane.running += change;
    const running = runningOf(lane, delivery) + change;
    if (running === 0) lane.runningByEndpoint.delete(delivery.webhookId);
    else lane.runningByEndpoint.set(delivery.webhookId, running);
  }

  function fill(tenant: string, lane: Lane) {
    while (!isStopped && lane.running < limits.perTenant) {
      const index = lane.waiting.findIndex((each) => runningOf(lane, each) < limits.perEndpoint);
      const [delivery] = index < 0 ? [] : lane.waiting.splice(index, 1);
      if (!delivery) break;
      count(lane, delivery, 1);
      const sending = send(delivery).finally(() => {
        underWay.delete(sending);
        known.delete(delivery.id);
        count(lane, delivery, -1);
        fill(tenant, lane);
      });
      underWay.add(sending);
    }
    if (lane.running === 0 && lane.waiting.length === 0) lanes.delete(tenant);
  }

  async function send(delivery: WebhookDeliveryRow): Promise<void> {
    try {
      await deliverWebhook(deps, delivery, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return;
      deps.logger.warn('A webhook could not be dealt with; it is tried again', {
        deliveryId: delivery.id,
        error,
      });
    }
  }

  function offer(delivery: WebhookDeliveryRow) {
    if (isStopped || known.has(delivery.id)) return;
    const lane = laneOf(delivery.tenant);
    if (lane.waiting.length >= limits.waitingPerTenant) return;
    known.add(delivery.id);
    lane.waiting.push(delivery);
    fill(delivery.tenant, lane);
  }

  return {
    offer,
    async tell(entry) {
      for (const delivery of await relayToWebhooks(deps.ledger, entry)) offer(delivery);
    },
    async stop() {
      isStopped = true;
      const cut = setTimeout(
        () => stopping.abort(new Error('the dispatcher stops')),
        limits.stopSeconds * 1000,
      );
      await Promise.all(underWay);
      clearTimeout(cut);
    },
  };
}
