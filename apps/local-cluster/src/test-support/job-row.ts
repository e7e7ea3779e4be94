import type { JobRow, Ledger } from '@edf-pipeline/ledger';
import { readJob } from '@edf-pipeline/ledger';

/** What the ledger holds of a job that must be there. */
export async function jobRow(ledger: Ledger, tenant: string, jobId: string): Promise<JobRow> {
  const found = await readJob(ledger, tenant, jobId);
  if (!found) throw new Error(`there is no ${jobId}`);
  return found.row;
}
