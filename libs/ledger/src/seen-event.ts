import { seenKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, writerOf } from './ledger.ts';
import type { SeenRow } from './rows.ts';

const KEPT_SECONDS = 30 * 86_400;

/** Counts an event about an object version; answers how often it has been seen, this time included. */
export function countSeenEvent(
  ledger: Ledger,
  key: string,
  versionId: string,
  signal?: AbortSignal,
): Promise<number> {
  return decideAndWrite(
    ledger,
    [seenKey(key, versionId)],
    ([item]) => {
      const writer = writerOf(ledger);
      const count = (item ? (item.data as SeenRow).count : 0) + 1;
      const row: SeenRow = { kind: 'seen', key, versionId, count };
      const expiresAt = Math.floor(ledger.clock().getTime() / 1000) + KEPT_SECONDS;
      return {
        writes: [
          item ? writer.change(item, row) : writer.create(seenKey(key, versionId), row, { expiresAt }),
        ],
        answer: count,
      };
    },
    signal,
  );
}
