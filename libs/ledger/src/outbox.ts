import { OUTBOX_SHARDS } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { OutboxRow } from './rows.ts';
import { WriteConflict } from './ledger-store.ts';

/**
 * Tells what waits in the outbox, oldest first, and forgets each entry once `deliver` has resolved. Delivery is at
 * least once: a crash between the two tells it again.
 */
export async function relayOutbox(
  ledger: Ledger,
  deliver: (entry: OutboxRow) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  let delivered = 0;
  for (let shard = 0; shard < OUTBOX_SHARDS; shard++) {
    const items = await ledger.store.query({ index: 'primary', partition: `OUTBOX#${shard}`, limit: 100 }, signal);
    for (const item of items) {
      await deliver(item.data as OutboxRow);
      const key = { pk: item.pk, sk: item.sk };
      try {
        await ledger.store.write([{ kind: 'delete', key, expect: item.version }], signal);
      } catch (error) {
        // Another relay delivered it too and forgot it first.
        if (!(error instanceof WriteConflict)) throw error;
      }
      delivered += 1;
    }
  }
  return delivered;
}
