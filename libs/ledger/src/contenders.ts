import { activePartition, backlogPartition, isLive } from './indexes.ts';
import type { Ledger } from './ledger.ts';
import { jobOf } from './ledger.ts';
import { readPolicy } from './policy.ts';
import type { JobRow, Pool, RangeRow } from './rows.ts';

const MAX_TENANTS = 1_000;
/** Sorts behind every character an id or a time is made of. */
const BEHIND_ALL = '~';

/** A tenant with jobs that wait for a pool. */
export interface Contender {
  readonly tenant: string;
  readonly limit: number;
  readonly weight: number;
  /** How much it has in hand, counted from live leases up to its limit. */
  active: number;
  /** Most urgent first. */
  waiting: JobRow[];
}

/** Every tenant with a backlog in the pool, by name, each with up to `perTenant` of its most urgent jobs. */
export async function findContenders(
  ledger: Ledger,
  pool: Pool,
  perTenant: number,
  signal?: AbortSignal,
): Promise<Contender[]> {
  const contenders: Contender[] = [];
  const now = ledger.clock().toISOString();
  let from: string | undefined;
  while (contenders.length < MAX_TENANTS) {
    const partition = backlogPartition(pool);
    const [first] = await ledger.store.query({ index: 'backlog', partition, from, limit: 1 }, signal);
    if (!first) break;
    const { tenant } = jobOf(first);
    const before = `${tenant}#${BEHIND_ALL}`;
    const policy = await readPolicy(ledger, tenant, signal);
    const limit = policy.isPaused ? 0 : policy.maxRunningJobs;
    const active = await countLive(ledger, activePartition(tenant, pool), now, limit + 1, signal);
    const room = Math.min(perTenant, Math.max(0, limit - active));
    const waiting =
      room === 0
        ? []
        : await ledger.store.query(
            { index: 'backlog', partition, from: `${tenant}#`, before, limit: room },
            signal,
          );
    contenders.push({
      tenant,
      limit,
      weight: policy.weight,
      active,
      waiting: waiting.map(jobOf),
    });
    from = before;
  }
  return contenders;
}

/**
 * Counts up to `enough`. An entry stands as long as the work is in hand, and is never moved for a heartbeat: the row
 * says whether its time has run out and it only waits for the sweep.
 */
export async function countLive(
  ledger: Ledger,
  partition: string,
  now: string,
  enough: number,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  let from: string | undefined;
  while (count < enough) {
    const page = await ledger.store.query({ index: 'active', partition, from, limit: enough }, signal);
    count += page.filter(({ data }) => isLive(data as JobRow | RangeRow, now)).length;
    const last = page.at(-1)?.indexes.active;
    if (!last || page.length < enough) break;
    from = `${last.sort}\u0000`;
  }
  return Math.min(count, enough);
}
