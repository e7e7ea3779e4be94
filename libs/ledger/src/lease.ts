import type { Item } from './ledger-store.ts';
import { jobKey, rangeKey } from './keys.ts';
import { jobOf, rangeOf } from './ledger.ts';
import type { JobRow, RangeRow } from './rows.ts';

/** The right to work on a range, as long as its epoch stands. */
export interface Lease {
  readonly tenant: string;
  readonly jobId: string;
  readonly dispatch: number;
  readonly range: number;
  /** Fencing token. */
  readonly epoch: number;
  readonly owner: string;
}

export const leaseKeys = (lease: Pick<Lease, 'tenant' | 'jobId' | 'range'>) => [
  jobKey(lease.tenant, lease.jobId),
  rangeKey(lease.tenant, lease.jobId, lease.range),
];

export interface HeldRange {
  readonly jobItem: Item;
  readonly rangeItem: Item;
  readonly job: JobRow;
  readonly range: RangeRow;
}

/** Job and range as read, when the lease still stands; null when its holder has been fenced off. */
export function heldBy(lease: Lease, items: readonly (Item | null)[]): HeldRange | null {
  const [jobItem, rangeItem] = items;
  if (!jobItem || !rangeItem) return null;
  const job = jobOf(jobItem);
  const range = rangeOf(rangeItem);
  const isHeld =
    job.phase !== 'done' &&
    job.dispatch === lease.dispatch &&
    range.epoch === lease.epoch &&
    range.owner === lease.owner;
  return isHeld ? { jobItem, rangeItem, job, range } : null;
}
