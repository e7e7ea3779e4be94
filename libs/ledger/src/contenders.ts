import { atOnce } from './at-once.ts';
import { backlogPartition } from './indexes.ts';
import type { InHand } from './in-hand.ts';
import { readInHand } from './in-hand.ts';
import type { Ledger } from './ledger.ts';
import { jobOf } from './ledger.ts';
import { readPolicy } from './policy.ts';
import type { JobRow, Pool } from './rows.ts';

const TENANTS_AT_ONCE = 16;
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

export interface ContenderSearch {
  readonly pool: Pool;
  /** So many of the most urgent jobs of each tenant. */
  readonly perTenant: number;
  readonly mostTenants: number;
  /** Looks at the tenants after this one first, by name, and at the others then; at all from the first when absent. */
  readonly behind?: string;
  /** A tenant could not be read; the others are. */
  readonly onUnread: (tenant: string, error: unknown) => void;
  /** Ends the reading of one tenant. */
  readonly inTurn?: () => AbortSignal | undefined;
}

export interface FoundContenders {
  readonly contenders: Contender[];
  /** The last tenant that was looked at, where there may be more. */
  readonly last?: string;
}

/** Tenants with a backlog in the pool. One that cannot be read in its time is left out, and the others are found. */
export async function findContenders(
  ledger: Ledger,
  search: ContenderSearch,
  signal?: AbortSignal,
): Promise<FoundContenders> {
  const contenders: Contender[] = [];
  const reading = atOnce(TENANTS_AT_ONCE);
  let count = 0;
  let last: string | undefined;
  for await (const tenant of tenantsWaiting(ledger, search.pool, search.behind, signal)) {
    await reading.begin(async () => {
      try {
        contenders.push(await readContender(ledger, tenant, search, search.inTurn?.() ?? signal));
      } catch (error) {
        if (!signal?.aborted) search.onUnread(tenant, error);
      }
    });
    count += 1;
    if (count < search.mostTenants) continue;
    last = tenant;
    break;
  }
  await reading.ended();
  signal?.throwIfAborted();
  return { contenders, last };
}

/** Each tenant with a backlog once: from the one behind `behind` to the last, then from the first on. */
async function* tenantsWaiting(
  ledger: Ledger,
  pool: Pool,
  behind: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const partition = backlogPartition(pool);
  const seen = new Set<string>();
  let from = behind === undefined ? undefined : behindAllOf(behind);
  for (;;) {
    const [first] = await ledger.store.query({ index: 'backlog', partition, from, limit: 1 }, signal);
    if (first) {
      const { tenant } = jobOf(first);
      if (seen.has(tenant)) return;
      seen.add(tenant);
      yield tenant;
      from = behindAllOf(tenant);
    } else if (behind === undefined || from === undefined) return;
    else from = undefined;
  }
}

const behindAllOf = (tenant: string) => `${tenant}#${BEHIND_ALL}`;

async function readContender(
  ledger: Ledger,
  tenant: string,
  { pool, perTenant }: ContenderSearch,
  signal?: AbortSignal,
): Promise<Contender> {
  const [policy, inHand] = await Promise.all([
    readPolicy(ledger, tenant, signal),
    readInHand(ledger, tenant, pool, signal),
  ]);
  const limit = policy.isPaused ? 0 : policy.maxRunningJobs;
  const room = Math.min(perTenant, Math.max(0, limit - inHand.count));
  return {
    tenant,
    limit,
    weight: policy.weight,
    inHand,
    active: inHand.count,
    waiting: room === 0 ? [] : halfAdmittedFirst(inHand.halfAdmitted, await mostUrgent()),
  };

  async function mostUrgent(): Promise<JobRow[]> {
    const partition = backlogPartition(pool);
    const [from, before] = [`${tenant}#`, behindAllOf(tenant)];
    const items = await ledger.store.query(
      { index: 'backlog', partition, from, before, limit: room },
      signal,
    );
    return items.map(jobOf);
  }
}

function halfAdmittedFirst(halfAdmitted: readonly JobRow[], waiting: readonly JobRow[]): JobRow[] {
  const ids = new Set(halfAdmitted.map(({ id }) => id));
  return [...halfAdmitted, ...waiting.filter(({ id }) => !ids.has(id))];
}
