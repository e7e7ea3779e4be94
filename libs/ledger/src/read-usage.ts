import type { AttemptUsage } from '@edf-pipeline/contracts';
import { sumUsage } from '@edf-pipeline/contracts';
import { usageDayKey, usageMonthPartition, usagePartition } from './keys.ts';
import { StoreUnavailable, WriteConflict } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { after, writerOf } from './ledger.ts';
import type { JobRow, UsageDayRow, UsageRow } from './rows.ts';

/** What the attempts of a day used that ended on it (UTC). */
export interface DayUsage {
  readonly day: string;
  readonly attempts: number;
  readonly usage: AttemptUsage;
}

const PAGE = 1_000;

/** A day is added up for good when no process, however wrong its clock, can still end an attempt on it. */
const SETTLED_AFTER_SECONDS = 26 * 3600;

/**
 * Usage of a month (`YYYY-MM`), days with any, in order. Days that are over are added up once and kept; of the others
 * the rows are read.
 */
export async function readMonthUsage(
  ledger: Ledger,
  tenant: string,
  month: string,
  signal?: AbortSignal,
): Promise<DayUsage[]> {
  const kept = await ledger.store.query(
    { index: 'primary', partition: usageMonthPartition(tenant, month), from: 'DAY#', limit: 31 },
    signal,
  );
  const keptDays = new Map(kept.map(({ data }) => [(data as UsageDayRow).day, data as UsageDayRow]));
  const now = ledger.clock().toISOString();
  const days = await Promise.all(
    daysOf(month, now.slice(0, 10)).map(
      (day) => keptDays.get(day) ?? addUpDay(ledger, tenant, day, now, signal),
    ),
  );
  return days
    .filter(({ attempts }) => attempts > 0)
    .map(({ day, attempts, usage }) => ({ day, attempts, usage }));
}

async function addUpDay(
  ledger: Ledger,
  tenant: string,
  day: string,
  now: string,
  signal?: AbortSignal,
): Promise<DayUsage> {
  const rows = await rowsOf(ledger, usagePartition(tenant, day), {}, signal);
  const sum: DayUsage = {
    day,
    attempts: rows.length,
    usage: sumUsage(rows.map(({ usage }) => usage)),
  };
  if (after(`${day}T23:59:59.999Z`, SETTLED_AFTER_SECONDS) < now) {
    await keepDay(ledger, { kind: 'usage-day', tenant, ...sum }, signal);
  }
  return sum;
}

/** Whoever adds up a day that is over comes to the same sum: the first to write it is right, and nobody needs it. */
async function keepDay(ledger: Ledger, row: UsageDayRow, signal?: AbortSignal): Promise<void> {
  try {
    await ledger.store.write([writerOf(ledger).create(usageDayKey(row.tenant, row.day), row)], signal);
  } catch (error) {
    if (!(error instanceof WriteConflict || error instanceof StoreUnavailable)) throw error;
  }
}

/** What the attempts of a job used that have ended, in their order. */
export async function readJobUsage(
  ledger: Ledger,
  job: Pick<JobRow, 'id' | 'tenant' | 'history'>,
  signal?: AbortSignal,
): Promise<UsageRow[]> {
  // An attempt's row stands under the day on which it ended, and its end is in the history.
  const days = [...new Set(job.history.map(({ at }) => at.slice(0, 10)))];
  const found = await Promise.all(
    days.map((day) =>
      rowsOf(ledger, usagePartition(job.tenant, day), { from: `${job.id}#`, before: `${job.id}$` }, signal),
    ),
  );
  return found.flat().sort((a, b) => a.epoch - b.epoch);
}

async function rowsOf(
  ledger: Ledger,
  partition: string,
  between: { from?: string; before?: string },
  signal?: AbortSignal,
): Promise<UsageRow[]> {
  const rows: UsageRow[] = [];
  let { from } = between;
  for (;;) {
    const page = await ledger.store.query(
      { index: 'primary', partition, from, before: between.before, limit: PAGE },
      signal,
    );
    rows.push(...page.map(({ data }) => data as UsageRow));
    const last = page.at(-1);
    if (!last || page.length < PAGE) return rows;
    from = `${last.sk}\u0000`;
  }
}

/** The days of a month that have begun by `today`. */
function daysOf(month: string, today: string): string[] {
  return Array.from({ length: 31 }, (_, at) => `${month}-${String(at + 1).padStart(2, '0')}`).filter(
    (day) => day <= today && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day),
  );
}
