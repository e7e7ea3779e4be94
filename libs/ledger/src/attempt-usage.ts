import type { AttemptOutcome, AttemptUsage } from '@edf-pipeline/contracts';
import { usageKey } from './keys.ts';
import type { Write } from './ledger-store.ts';
import type { Writer } from './ledger.ts';
import type { Lease } from './lease.ts';
import type { UsageRow } from './rows.ts';

/** Long enough for the bill of a year and its complaints; the sums of the days stay. */
export const USAGE_DAYS = 400;

/**
 * The note of what an attempt used, for the transaction that ends it: so it is there exactly once, however often the
 * transaction is tried. A row for each attempt and no counter: nothing is added to that others add to at the same time.
 */
export function usageWrites(
  writer: Writer,
  lease: Lease,
  outcome: AttemptOutcome,
  usage: AttemptUsage | undefined,
): Write[] {
  if (!usage) return [];
  const { tenant, jobId, epoch } = lease;
  const row: UsageRow = { kind: 'usage', tenant, jobId, epoch, outcome, at: writer.at, usage };
  const expiresAt = Math.floor(Date.parse(writer.at) / 1000) + USAGE_DAYS * 86_400;
  return [writer.create(usageKey(tenant, writer.at.slice(0, 10), jobId, epoch), row, { expiresAt })];
}
