import { jobKey, recordingKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, jobOf, recordingOf, unchanged, writerOf } from './ledger.ts';
import { backInBacklog } from './job-state.ts';
import type { JobRow } from './rows.ts';

export type Retried =
  | { readonly outcome: 'queued' | 'not-ended' | 'succeeded' | 'recording-gone'; readonly job: JobRow }
  | { readonly outcome: 'not-found' };

/** Runs a failed, canceled or expired job again, with fresh budgets. Asking twice queues once. */
export async function retryJob(
  ledger: Ledger,
  tenant: string,
  jobId: string,
  signal?: AbortSignal,
): Promise<Retried> {
  const found = await ledger.store.get(jobKey(tenant, jobId), signal);
  if (!found) return { outcome: 'not-found' };
  return decideAndWrite<Retried>(
    ledger,
    [jobKey(tenant, jobId), recordingKey(tenant, jobOf(found).recordingId)],
    ([item, recording]) => {
      if (!item) return { writes: [], answer: { outcome: 'not-found' } };
      const job = jobOf(item);
      if (job.status === 'succeeded') return { writes: [], answer: { outcome: 'succeeded', job } };
      if (job.phase !== 'done') return { writes: [], answer: { outcome: 'not-ended', job } };
      if (!recording || recordingOf(recording).status !== 'available') {
        return { writes: [], answer: { outcome: 'recording-gone', job } };
      }
      const writer = writerOf(ledger);
      const fresh: JobRow = {
        ...job,
        // An admission that was noted down before it ended, and never carried out, must not come true now.
        dispatch: job.dispatch + 1,
        attempts: 0,
        crashes: 0,
        evictions: 0,
        lostDispatches: 0,
        error: null,
        finishedAt: null,
        startedAt: null,
      };
      const queued = backInBacklog(fresh, writer.at, ledger.settings, { what: 'retried by hand' });
      const writes = [writer.change(item, queued), unchanged(recording)];
      return { writes, answer: { outcome: 'queued', job: queued } };
    },
    signal,
  );
}
