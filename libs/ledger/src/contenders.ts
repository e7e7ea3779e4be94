import { backlogPartition } from './indexes.ts';
import type { InHand } from './in-hand.ts';
import { readInHand } from './in-hand.ts';
import type { Ledger } from './ledger.ts';
import { jobOf } from './ledger.ts';
import { readPolicy } from './policy.ts';
import type { JobRow, Pool } from './rows.ts';

const MAX_TENANTS = 1_000;
/** Sorts behind every character an id or a time is made of. */
const BEHIND_ALL = '~';

/** A tenant with jobs that wait for a pool. */
export interface Contender {
  readonly tenant: string;
  readonly limit: number;
  readonly weight: number;
  readonly inHand: InHand;
  /** How much it has in hand, with what has been picked to be admitted. */
  active: number;
  /** What somebody has begun to admit, then the most urgent first. */
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
  let from: string | undefined;
  while (contenders.length < MAX_TENANTS) {
    const partition = backlogPartition(pool);
    const [first] = await ledger.store.query({ index: 'backlog', partition, from, limit: 1 }, signal);
    if (!first) break;
    const { tenant } = jobOf(first);
    const before = `${tenant}#${BEHIND_ALL}`;
    const policy = await readPolicy(ledger, tenant, signal);
    const limit = policy.isPaused ? 0 : policy.maxRunningJobs;
    const inHand = await readInHand(ledger, tenant, pool, signal);
    const room = Math.min(perTenant, Math.max(0, limit - inHand.count));
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
      inHand,
      active: inHand.count,
      waiting: room === 0 ? [] : halfAdmittedFirst(inHand.halfAdmitted, waiting.map(jobOf)),
    });
    from = before;
  }
  return contenders;
}

function halfAdmittedFirst(halfAdmitted: readonly JobRow[], waiting: readonly JobRow[]): JobRow[] {
  const ids = new Set(halfAdmitted.map(({ id }) => id));
  return [...halfAdmitted, ...waiting.filter(({ id }) => !ids.has(id))];
}
