import type { JobProgress } from '@edf-pipeline/contracts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, writerOf } from './ledger.ts';
import type { Lease } from './lease.ts';
import { heldBy, leaseKeys } from './lease.ts';
import type { RangeRow } from './rows.ts';

/** `lost`: somebody else may have the range; stop at once and write nothing more. */
export type HeartbeatAnswer = 'held' | 'cancel-requested' | 'lost';

/** Renews the lease, carries progress out and a request to cancel back. */
export function heartbeat(
  ledger: Ledger,
  lease: Lease,
  progress: JobProgress,
  signal?: AbortSignal,
): Promise<HeartbeatAnswer> {
  return decideAndWrite<HeartbeatAnswer>(
    ledger,
    leaseKeys(lease),
    (items) => {
      const held = heldBy(lease, items);
      if (!held) return { writes: [], answer: 'lost' };
      if (held.range.cancelRequested) return { writes: [], answer: 'cancel-requested' };
      const writer = writerOf(ledger);
      const leaseUntil = after(writer.at, ledger.settings.leaseSeconds);
      const renewed: RangeRow = {
        ...held.range,
        sequence: held.range.sequence + 1,
        leaseUntil,
        due: leaseUntil,
        progress,
      };
      const isNews = isShown(held.range.progress, progress);
      return { writes: [writer.change(held.rangeItem, renewed, { isNews })], answer: 'held' };
    },
    signal,
  );
}

/** Progress is news by the stage and the whole percent: a job of hours would else cost more to tell than to run. */
function isShown(before: JobProgress, now: JobProgress): boolean {
  const percent = ({ doneBytes, totalBytes }: JobProgress) => Math.floor((100 * doneBytes) / totalBytes);
  return before.stage !== now.stage || percent(before) !== percent(now);
}
