import type { Budget, Prices, Quota } from '@edf-pipeline/contracts';
import type { Ledger, PolicyRow, TenantUse } from '@edf-pipeline/ledger';
import { countUse, readMonthUsage } from '@edf-pipeline/ledger';
import { costOfDays } from './cost-of-days.ts';
import { HttpProblem } from './problem.ts';
import type { Present } from './quota-state.ts';
import { budgetOf, firstBreach, quotasOf } from './quota-state.ts';

/** The bounds of organisations: what is there is counted from live rows now and then, and what is let in since is added. */
export interface Quotas {
  /** @throws HttpProblem `quota-exceeded`, with when to come again */
  admitUpload(policy: PolicyRow, byteLength: number): Promise<void>;
  show(policy: PolicyRow): Promise<{ quotas: Quota[]; budget: Budget }>;
}

export interface QuotaDeps {
  readonly ledger: Ledger;
  readonly prices: Prices;
}

/** After this a refusal is not repeated without counting again. */
const REFUSAL_SECONDS = 2;
/** How long a count serves for each row that it read, and at least and at most. */
const SECONDS_PER_ROW = 0.002;
const [MIN_SECONDS, MAX_SECONDS] = [10, 600];
const MAX_TENANTS = 10_000;
const DAY_MS = 86_400_000;
/** What a client is told to wait where nobody knows. */
const UNKNOWN_WAIT_SECONDS = 60;
/** Nobody needs to know more exactly how many there are. */
const SHOWN_ROWS = 100_000;

interface Counted {
  readonly at: number;
  readonly use: TenantUse;
  readonly spent: number;
  /** Let in by this process since. */
  uploads: number;
  bytes: number;
  /** When the first of those expires. */
  expiry: string | null;
}

/** See docs/adr/0012-usage-and-quotas.md for why nothing is kept but rows. */
export function createQuotas({ ledger, prices }: QuotaDeps): Quotas {
  const counts = new Map<string, Promise<Counted>>();
  const now = () => ledger.clock();
  const { uploadLifetimeSeconds } = ledger.settings;

  // Nobody's signal ends a count: others wait for it too.
  const count = async (policy: PolicyRow, isComplete: boolean): Promise<Counted> => {
    const at = now();
    const hasBudget = policy.budgetWarnAt !== null || policy.budgetRefuseAt !== null;
    const upTo = (limit: number | null) => (isComplete ? (limit ?? SHOWN_ROWS) : limit);
    const [use, days] = await Promise.all([
      countUse(ledger, policy.tenant, {
        storedBytes: upTo(policy.maxStoredBytes),
        openUploads: upTo(policy.maxOpenUploads),
        uploadsToday: upTo(policy.maxUploadsPerDay),
        waitingJobs: upTo(policy.maxWaitingJobs),
        runningJobs: isComplete ? policy.maxRunningJobs : null,
      }),
      hasBudget || isComplete ? readMonthUsage(ledger, policy.tenant, at.toISOString().slice(0, 7)) : [],
    ]);
    return {
      at: at.getTime(),
      use,
      spent: costOfDays(prices, days).amount,
      uploads: 0,
      bytes: 0,
      expiry: null,
    };
  };

  /** One count at a time for each tenant and question; it serves the longer the more it read. */
  const counted = async (policy: PolicyRow, isComplete: boolean, maxSeconds = Infinity): Promise<Counted> => {
    const key = `${isComplete ? 'all' : 'limits'} ${policy.tenant}`;
    for (;;) {
      const known = counts.get(key);
      const last = await known?.catch(() => undefined);
      // Meanwhile somebody else began to count again.
      if (known !== counts.get(key)) continue;
      if (last && isFresh(last, now(), maxSeconds)) return last;
      const counting = count(policy, isComplete);
      counts.delete(key);
      counts.set(key, counting);
      const [oldest] = counts.size > MAX_TENANTS ? counts.keys() : [];
      if (oldest !== undefined) counts.delete(oldest);
      return counting;
    }
  };

  return {
    async admitUpload(policy, byteLength) {
      let state = await counted(policy, false);
      let breach = firstBreach(policy, presentOf(state), byteLength, now());
      if (breach) {
        state = await counted(policy, false, REFUSAL_SECONDS);
        breach = firstBreach(policy, presentOf(state), byteLength, now());
      }
      if (breach) throw quotaExceeded(breach, now());
      state.uploads += 1;
      state.bytes += byteLength;
      state.expiry ??= new Date(now().getTime() + uploadLifetimeSeconds * 1000).toISOString();
    },
    async show(policy) {
      const present = presentOf(await counted(policy, true, REFUSAL_SECONDS));
      return {
        quotas: quotasOf(policy, present, now()),
        budget: budgetOf(policy, present.spent, now()),
      };
    },
  };
}

function isFresh({ at, use }: Counted, now: Date, maxSeconds: number): boolean {
  const age = (now.getTime() - at) / 1000;
  const serves = Math.min(MAX_SECONDS, Math.max(MIN_SECONDS, use.rowsRead * SECONDS_PER_ROW));
  const isSameDay = Math.floor(at / DAY_MS) === Math.floor(now.getTime() / DAY_MS);
  // What took long to count is not counted again at once, whoever asks for it.
  const limit = Math.min(serves, Math.max(maxSeconds, use.rowsRead * SECONDS_PER_ROW));
  return isSameDay && age >= 0 && age < limit;
}

const presentOf = ({ use, spent, uploads, bytes, expiry }: Counted): Present => ({
  ...use,
  storedBytes: use.storedBytes + bytes,
  openUploads: use.openUploads + uploads,
  uploadsToday: use.uploadsToday + uploads,
  nextExpiry: use.nextExpiry ?? expiry,
  spent,
});

function quotaExceeded({ quota, detail }: { quota: Quota; detail: string }, now: Date): HttpProblem {
  const wait = quota.againAt === null ? null : (Date.parse(quota.againAt) - now.getTime()) / 1000;
  return new HttpProblem('quota-exceeded', detail, {
    quota,
    retryAfterSeconds: wait === null ? UNKNOWN_WAIT_SECONDS : Math.max(1, Math.ceil(wait)),
  });
}
