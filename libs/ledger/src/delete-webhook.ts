import { webhookKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite } from './ledger.ts';

/** Forgets an endpoint; what is on its way to it ends when it is due. Asking again changes nothing. */
export function deleteWebhook(
  ledger: Ledger,
  tenant: string,
  webhookId: string,
  signal?: AbortSignal,
): Promise<void> {
  const key = webhookKey(tenant, webhookId);
  return decideAndWrite<void>(
    ledger,
    [key],
    ([item]) => ({
      writes: item ? [{ kind: 'delete', key, expect: item.version }] : [],
      answer: undefined,
    }),
    signal,
  );
}
