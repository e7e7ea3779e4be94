import type { Budget, Quota, QuotaName } from '@edf-pipeline/contracts';
import type { PolicyRow, TenantUse } from '@edf-pipeline/ledger';

/** What an organisation has now, and has spent this month. */
export interface Present extends Omit<TenantUse, 'rowsRead'> {
  readonly spent: number;
}

export interface Breach {
  readonly quota: Quota;
  /** For the client: what is reached, and what to do. */
  readonly detail: string;
}

/** The first bound that another upload of this size would break, or null. */
export function firstBreach(
  policy: PolicyRow,
  present: Present,
  byteLength: number,
  now: Date,
): Breach | null {
  const wanted: Partial<Record<QuotaName, number>> = {
    'stored-bytes': byteLength,
    'open-uploads': 1,
    'uploads-per-day': 1,
    'waiting-jobs': 1,
  };
  const quota = quotasOf(policy, present, now).find(({ name, limit, used }) => {
    if (limit === null) return false;
    // What an upload will cost is not known before: the one that goes over is let in, the next is not.
    if (name === 'monthly-budget') return used >= limit;
    const more = wanted[name];
    return more !== undefined && used + more > limit;
  });
  return quota ? { quota, detail: detailOf(quota, byteLength) } : null;
}

export function quotasOf(policy: PolicyRow, present: Present, now: Date): Quota[] {
  return [
    {
      name: 'monthly-budget',
      limit: policy.budgetRefuseAt,
      used: present.spent,
      againAt: whenReached(present.spent, policy.budgetRefuseAt, nextMonth(now)),
    },
    {
      name: 'uploads-per-day',
      limit: policy.maxUploadsPerDay,
      used: present.uploadsToday,
      againAt: whenReached(present.uploadsToday, policy.maxUploadsPerDay, nextDay(now)),
    },
    {
      name: 'open-uploads',
      limit: policy.maxOpenUploads,
      used: present.openUploads,
      againAt: whenReached(present.openUploads, policy.maxOpenUploads, present.nextExpiry),
    },
    { name: 'waiting-jobs', limit: policy.maxWaitingJobs, used: present.waitingJobs, againAt: null },
    { name: 'running-jobs', limit: policy.maxRunningJobs, used: present.runningJobs, againAt: null },
    { name: 'stored-bytes', limit: policy.maxStoredBytes, used: present.storedBytes, againAt: null },
  ];
}

const whenReached = (used: number, limit: number | null, at: string | null) =>
  limit !== null && used >= limit ? at : null;

export function budgetOf(policy: PolicyRow, spent: number, now: Date): Budget {
  const { budgetWarnAt: warnAt, budgetRefuseAt: refuseAt } = policy;
  const isExhausted = refuseAt !== null && spent >= refuseAt;
  const isWarned = warnAt !== null && spent >= warnAt;
  const hasNone = warnAt === null && refuseAt === null;
  return {
    warnAt,
    refuseAt,
    spent,
    state: isExhausted ? 'exhausted' : isWarned ? 'warned' : hasNone ? 'none' : 'within',
    againAt: isExhausted ? nextMonth(now) : null,
  };
}

function detailOf({ name, limit, used, againAt }: Quota, byteLength: number): string {
  switch (name) {
    case 'stored-bytes':
      return `Your organisation stores ${used} of at most ${limit} bytes; this file has ${byteLength}. Delete recordings, or ask your administrator to raise the limit.`;
    case 'open-uploads':
      return `Your organisation has ${used} uploads open, and may have ${limit}. Complete or abort some of them.`;
    case 'uploads-per-day':
      return `Your organisation has announced ${used} uploads today, and may announce ${limit} a day (UTC). Come again after ${againAt}.`;
    case 'waiting-jobs':
      return `${used} jobs of your organisation are waiting, of at most ${limit}. Come again when some of them have run.`;
    case 'monthly-budget':
      return `Your organisation has spent its budget of this month (${limit}). Come again after ${againAt}, or ask your administrator to raise it.`;
    case 'running-jobs':
      return `${used} jobs of your organisation are running, of at most ${limit}.`;
  }
}

const nextDay = (now: Date) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)).toISOString();

const nextMonth = (now: Date) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
