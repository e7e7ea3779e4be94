import { activePartition } from './indexes.ts';
import { inHandKey, jobKey } from './keys.ts';
import type { Item } from './ledger-store.ts';
import { WriteConflict } from './ledger-store.ts';
import type { Ledger } from './ledger.ts';
import { decideAndWrite, jobOf, writerOf } from './ledger.ts';
import type { InHandRow, JobRow, Pool } from './rows.ts';

/** Jobs and the dispatch numbers they were noted down for. */
type Admissions = InHandRow['admissions'];

/** What a tenant has in hand in a pool. */
export interface InHand {
  /** How many of its jobs are handed out or running, as far as is known: never fewer than there are. */
  readonly count: number;
  /** Noted down by somebody who has not admitted them yet, and may never: whoever comes next does. */
  readonly halfAdmitted: readonly JobRow[];
  /** Noted down and known to be over: their places are free. */
  readonly over: Admissions;
}

const MAX_STANDING = 10_000;

/**
 * What is noted down as admitted, held against what stands in `active`, and where that does not show it (it lags),
 * against the job itself.
 */
export async function readInHand(
  ledger: Ledger,
  tenant: string,
  pool: Pool,
  signal?: AbortSignal,
): Promise<InHand> {
  const noted = Object.entries(admissionsIn(await ledger.store.get(inHandKey(tenant, pool), signal)));
  if (noted.length === 0) return { count: 0, halfAdmitted: [], over: {} };
  const partition = activePartition(tenant, pool);
  const standing = await ledger.store.query({ index: 'active', partition, limit: MAX_STANDING }, signal);
  const isStanding = new Set(
    standing.map(({ data }) => (data as { jobId?: string }).jobId ?? (data as JobRow).id),
  );
  const halfAdmitted: JobRow[] = [];
  const over: Record<string, number> = {};
  await Promise.all(
    noted.map(async ([jobId, dispatch]) => {
      if (isStanding.has(jobId)) return;
      const item = await ledger.store.get(jobKey(tenant, jobId), signal);
      const job = item && jobOf(item);
      if (job && isHalfAdmitted(job, dispatch)) halfAdmitted.push(job);
      else if (!job || isOver(job, dispatch)) over[jobId] = dispatch;
    }),
  );
  return { count: noted.length - halfAdmitted.length - Object.keys(over).length, halfAdmitted, over };
}

/** A job is in the backlog under the number before only once: what is over for a number is so for ever. */
const isHalfAdmitted = (job: JobRow, dispatch: number) =>
  job.phase === 'backlog' && job.dispatch === dispatch - 1;

const isOver = (job: JobRow, dispatch: number) =>
  job.dispatch !== dispatch || job.phase === 'backlog' || job.phase === 'retry_wait' || job.phase === 'done';

/**
 * Notes jobs of the backlog down as in hand, as many as the tenant's limit allows; answers the ids of those that may
 * now be admitted under their next dispatch number. Whoever has noted one down first does not keep others from
 * admitting it: he may be dead.
 *
 * @param over what `readInHand` has found to be over
 */
export async function takeInHand(
  ledger: Ledger,
  { tenant, pool, limit }: { readonly tenant: string; readonly pool: Pool; readonly limit: number },
  wanted: readonly JobRow[],
  over: Admissions,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const key = inHandKey(tenant, pool);
  try {
    return await decideAndWrite<ReadonlySet<string>>(
      ledger,
      [key],
      ([item]) => {
        const admissions = Object.fromEntries(
          Object.entries(admissionsIn(item)).filter(([jobId, dispatch]) => over[jobId] !== dispatch),
        );
        const mayBeAdmitted = new Set<string>();
        let hasNew = false;
        for (const { id, dispatch } of wanted) {
          const noted = admissions[id] ?? 0;
          const others = Object.keys(admissions).length - (noted > 0 ? 1 : 0);
          const next = dispatch + 1;
          if (noted > next || others >= limit) continue;
          hasNew ||= noted < next;
          admissions[id] = next;
          mayBeAdmitted.add(id);
        }
        if (!hasNew) return { writes: [], answer: mayBeAdmitted };
        const writer = writerOf(ledger);
        const row: InHandRow = { kind: 'in-hand', tenant, pool, admissions };
        return {
          writes: [item ? writer.change(item, row) : writer.create(key, row)],
          answer: mayBeAdmitted,
        };
      },
      signal,
    );
  } catch (error) {
    // Others admit for this tenant at this moment, again and again: what they leave comes next time.
    if (error instanceof WriteConflict) return new Set();
    throw error;
  }
}

const admissionsIn = (item: Item | null | undefined): Admissions =>
  item ? (item.data as InHandRow).admissions : {};
