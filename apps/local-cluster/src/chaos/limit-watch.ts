import type { JobRow, LedgerStore, RangeRow } from '@edf-pipeline/ledger';
import type { RightInstant } from './right-instant.ts';
import type { Kill } from './supervised-process.ts';

/** What was seen of a tenant's work in hand. */
export interface LimitSighting {
  readonly tenant: string;
  readonly at: number;
  readonly inHand: number;
}

export interface LimitWatch {
  readonly samples: () => number;
  readonly most: () => number;
  /** Each time that a tenant had more in hand than it may. */
  readonly exceeded: readonly LimitSighting[];
  stop(): Promise<void>;
}

export interface LimitWatchOptions {
  readonly store: LedgerStore;
  readonly tenants: readonly string[];
  readonly limit: number;
  readonly leaseSeconds: number;
  readonly kills: readonly Kill[];
  /** Processes with a wrong clock renew leases too. */
  readonly rightInstant: RightInstant;
  readonly everyMs: number;
}

/**
 * Looks at the ledger's index of work in hand again and again. What counts is what is really in hand: handed out, or
 * held by a process that has not been killed since it last renewed.
 */
export function watchLimits(options: LimitWatchOptions): LimitWatch {
  const exceeded: LimitSighting[] = [];
  const watching = new AbortController();
  let samples = 0;
  let most = 0;

  const isInHand = (row: JobRow | RangeRow): boolean => {
    if (row.kind === 'job') return true;
    const owner = row.owner ?? '';
    const leaseUntil = options.rightInstant(Date.parse(row.leaseUntil ?? ''), Date.now());
    const renewedAt = leaseUntil - options.leaseSeconds * 1000;
    return !options.kills.some(({ name, at }) => name === owner && at >= renewedAt);
  };

  const look = async () => {
    for (const tenant of options.tenants) {
      // The index as libs/ledger keeps it; that something was seen in it is checked at the end.
      const query = { index: 'active', partition: `ACTIVE#${tenant}#small`, limit: 500 } as const;
      const items = await options.store.query(query, watching.signal);
      const rows = items.map(({ data }) => data as JobRow | RangeRow).filter(isInHand);
      const jobs = new Set(rows.map((row) => (row.kind === 'job' ? row.id : row.jobId)));
      most = Math.max(most, jobs.size);
      if (jobs.size > options.limit) exceeded.push({ tenant, at: Date.now(), inHand: jobs.size });
    }
    samples += 1;
  };
  const watch = async () => {
    while (!watching.signal.aborted) {
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, options.everyMs));
    }
  };
  const watched = watch();
  return {
    samples: () => samples,
    most: () => most,
    exceeded,
    async stop() {
      watching.abort(new Error('watched for long enough'));
      await watched;
    },
  };
}
