import { OUTBOX_SHARDS } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { Item } from './ledger-store.ts';
import { WriteConflict } from './ledger-store.ts';
import type { OutboxRow } from './rows.ts';

/** An entry that cannot be told holds up no others; where several cannot, the outside is away. */
const MAX_FAILURES = 3;

/**
 * Tells what waits in the outbox, oldest first, and forgets entries once `deliver` has resolved. Delivery is at
 * least once: a crash between the two tells it again.
 *
 * @throws what the first delivery that failed was rejected with, after the others
 */
export async function relayOutbox(
  ledger: Ledger,
  deliver: (entry: OutboxRow) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  let delivered = 0;
  const failures: unknown[] = [];
  for (let shard = 0; shard < OUTBOX_SHARDS; shard++) {
    const items = await ledger.store.query(
      { index: 'primary', partition: `OUTBOX#${shard}`, limit: 100 },
      signal,
    );
    const told: Item[] = [];
    const before = failures.length;
    for (const item of items) {
      if (failures.length - before >= MAX_FAILURES) break;
      try {
        await deliver(item.data as OutboxRow);
        told.push(item);
      } catch (error) {
        failures.push(error);
      }
    }
    await forgetAll(ledger, told, signal);
    delivered += told.length;
  }
  if (failures.length > 0) throw failures[0];
  return delivered;
}

/** At once, so that they share a commit; another relay may have forgotten some of them first. */
async function forgetAll(ledger: Ledger, items: readonly Item[], signal?: AbortSignal): Promise<void> {
  const forgotten = await Promise.allSettled(items.map((item) => forget(ledger, item, signal)));
  const failed = forgotten.find(
    (each) => each.status === 'rejected' && !(each.reason instanceof WriteConflict),
  );
  if (failed?.status === 'rejected') throw failed.reason;
}

function forget(ledger: Ledger, { pk, sk, version }: Item, signal?: AbortSignal): Promise<void> {
  return ledger.store.write([{ kind: 'delete', key: { pk, sk }, expect: version }], signal);
}
