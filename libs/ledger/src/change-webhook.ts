import { webhookKey } from './keys.ts';
import type { Ledger, Writer } from './ledger.ts';
import { decideAndWrite, webhookOf, writerOf } from './ledger.ts';
import type { Versioned } from './read.ts';
import type { WebhookRow } from './webhook-rows.ts';

/**
 * Writes what `change` makes of an endpoint's row; the row it was given means that nothing has to change. null when
 * there is no such endpoint.
 */
export function changeWebhook(
  ledger: Ledger,
  { tenant, id }: Pick<WebhookRow, 'tenant' | 'id'>,
  change: (webhook: WebhookRow, writer: Writer) => WebhookRow,
  signal?: AbortSignal,
): Promise<Versioned<WebhookRow> | null> {
  return decideAndWrite(
    ledger,
    [webhookKey(tenant, id)],
    ([item]) => {
      if (!item) return { writes: [], answer: null };
      const writer = writerOf(ledger);
      const webhook = webhookOf(item);
      const row = change(webhook, writer);
      if (row === webhook) return { writes: [], answer: { row, version: item.version } };
      return { writes: [writer.change(item, row)], answer: { row, version: item.version + 1 } };
    },
    signal,
  );
}
