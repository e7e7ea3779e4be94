import type { WebhookSender } from '@edf-pipeline/dispatcher';
import type { DeliveryAttempt, Ledger, WebhookDeliveryRow } from '@edf-pipeline/ledger';
import { claimDelivery, endDelivery, relayToWebhooks } from '@edf-pipeline/ledger';
import type { PortOptions } from '../ports.ts';

/**
 * The dispatcher's sender with a network of its own in place of sockets and signatures: it takes a delivery in hand,
 * posts it to an endpoint that takes everything, and notes how that went, by the ledger's own verbs and in the order
 * of `deliverWebhook`.
 */
export function createSimWebhookSender(
  { network, services: { history, time }, process }: PortOptions,
  ledger: Ledger,
): WebhookSender {
  const underWay = new Set<string>();
  const post = ({ id, webhookId, event }: WebhookDeliveryRow): Promise<DeliveryAttempt> =>
    network
      .call(
        { process, service: 'outside', op: 'post', isChange: true },
        () => {
          const { type, data } = event;
          const [at, by] = [time.now(), process.owner];
          history.add({ kind: 'posted', at, by, id, webhookId, type, objectId: data.id });
        },
        () => new Error('the endpoint did not answer'),
      )
      .then(
        (): DeliveryAttempt => ({ status: 200, error: null }),
        (): DeliveryAttempt => ({ status: null, error: 'timeout' }),
      );
  const send = async (due: WebhookDeliveryRow) => {
    const claim = await claimDelivery(ledger, due);
    if (claim.outcome === 'claimed') await endDelivery(ledger, claim.delivery, await post(claim.delivery));
  };
  const offer = (delivery: WebhookDeliveryRow) => {
    if (underWay.has(delivery.id)) return;
    underWay.add(delivery.id);
    void send(delivery)
      .catch((error: unknown) => process.logger.warn('A webhook could not be dealt with', { error }))
      .finally(() => underWay.delete(delivery.id));
  };
  return {
    offer,
    async tell(entry) {
      for (const delivery of await relayToWebhooks(ledger, entry)) offer(delivery);
    },
    stop: () => Promise.resolve(),
  };
}
