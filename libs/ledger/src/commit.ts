import type { AttemptUsage, RecordingFacts } from '@edf-pipeline/contracts';
import { recordingKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, recordingOf, writerOf } from './ledger.ts';
import type { Lease } from './lease.ts';
import { heldBy, leaseKeys } from './lease.ts';
import { closed, ended } from './job-state.ts';
import type { JobResult, JobRow, RangeRow } from './rows.ts';
import { usageWrites } from './attempt-usage.ts';

export type Committed = 'committed' | 'cancel-requested' | 'lost';

/**
 * Publishes a result whose files are all written: job, range and recording change in one transaction, so a result
 * is either whole and current or not there. Only the holder of the lease can, and only once.
 */
export function commitResult(
  ledger: Ledger,
  lease: Lease,
  recordingId: string,
  result: JobResult,
  signal?: AbortSignal,
  usage?: AttemptUsage,
  facts?: RecordingFacts,
): Promise<Committed> {
  return decideAndWrite<Committed>(
    ledger,
    [...leaseKeys(lease), recordingKey(lease.tenant, recordingId)],
    ([jobItem, rangeItem, recordingItem]) => {
      const held = heldBy(lease, [jobItem ?? null, rangeItem ?? null]);
      if (!held) return { writes: [], answer: 'lost' };
      const isWanted = recordingItem && recordingOf(recordingItem).status === 'available';
      if (held.range.cancelRequested || !isWanted) return { writes: [], answer: 'cancel-requested' };
      const writer = writerOf(ledger);
      const job: JobRow = {
        ...ended(held.job, writer.at, 'succeeded', {
          what: 'committed',
          epoch: lease.epoch,
          owner: lease.owner,
        }),
        error: null,
        result,
      };
      const { totalBytes } = held.range.progress;
      const range: RangeRow = {
        ...closed(held.range),
        progress: { stage: 'writing', doneBytes: totalBytes, totalBytes },
      };
      return {
        writes: [
          writer.change(held.jobItem, job),
          writer.change(held.rangeItem, range, { isNews: false }),
          // Told with the job.
          writer.change(
            recordingItem,
            { ...recordingOf(recordingItem), resultJobId: job.id, ...(facts && { facts }) },
            { isNews: false },
          ),
          writer.announce('job.succeeded', lease.tenant, job.id),
          ...usageWrites(writer, lease, 'succeeded', usage),
        ],
        answer: 'committed',
      };
    },
    signal,
  );
}
