import type { WebhookEventType } from '@edf-pipeline/contracts';
import { webhookKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, webhookOf, writerOf } from './ledger.ts';
import type { Versioned } from './read.ts';
import type { WebhookRow } from './webhook-rows.ts';

export interface NewWebhook {
  readonly tenant: string;
  /** The same for the same request, so that asking twice makes one endpoint. */
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly sealedSecret: string;
}

export interface CreatedWebhook extends Versioned<WebhookRow> {
  /** false: it was there before. */
  readonly isNew: boolean;
}

/** Makes an endpoint, or answers the one that has this id already as it is now. */
export function createWebhook(
  ledger: Ledger,
  input: NewWebhook,
  signal?: AbortSignal,
): Promise<CreatedWebhook> {
  const key = webhookKey(input.tenant, input.id);
  return decideAndWrite<CreatedWebhook>(
    ledger,
    [key],
    ([item]) => {
      if (item) return { writes: [], answer: { row: webhookOf(item), version: item.version, isNew: false } };
      const writer = writerOf(ledger);
      const row: WebhookRow = {
        kind: 'webhook',
        ...input,
        previousSecrets: [],
        state: 'active',
        disabledReason: null,
        failuresInARow: 0,
        failingSince: null,
        createdAt: writer.at,
      };
      return { writes: [writer.create(key, row)], answer: { row, version: 1, isNew: true } };
    },
    signal,
  );
}
