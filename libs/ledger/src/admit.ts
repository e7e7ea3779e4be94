import type { Contender } from './contenders.ts';
import { findContenders } from './contenders.ts';
import { takeInHand } from './in-hand.ts';
import { jobKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { after, decideAndWrite, jobOf, writerOf } from './ledger.ts';
import { withHistory } from './job-state.ts';
import type { JobRow, Pool } from './rows.ts';

/** Work that has been admitted: hand it to an executor under this dispatch number. */
export interface AdmittedJob {
  readonly tenant: string;
  readonly jobId: string;
  readonly dispatch: number;
  /** Seconds of head start; absent: none. */
  readonly priority?: number;
}

/** The job under the dispatch number that it has now. */
export const admittedAs = ({ tenant, id, dispatch, priority }: JobRow): AdmittedJob => ({
  tenant,
  jobId: id,
  dispatch,
  ...(priority > 0 && { priority }),
});

/** How admissions of one dispatcher go on from one another; all of it may be left out. */
export interface AdmissionRounds {
  /** Up to which tenant, by name, they have come where more tenants wait than one round looks at. Filled as it goes. */
  readonly cameTo: Map<Pool, string>;
  /**
   * Something of a tenant could not be read or written; it comes again in a later round. Without this it is thrown in the
   * end.
   */
  readonly onError?: (tenant: string, error: unknown) => void;
  /** Ends each step with one tenant: reading, noting down, admitting; absent: as long as the store tries. */
  readonly patience?: () => AbortSignal;
}

/** So many are read in about a second, and no dispatcher hands out more jobs in that time. */
const TENANTS_A_ROUND = 200;

/**
 * Takes up to `slots` jobs out of the backlog of a pool, fairly: always from the tenant that has least in hand for
 * its weight, of those that the round looks at, within its limit, and between equals by lot; within a tenant the most
 * urgent first. Any number of dispatchers may admit at once: what a tenant has in hand is noted down before it is
 * admitted. Trouble with one tenant holds up the others no longer than `rounds.patience` for each step.
 */
export async function admitJobs(
  ledger: Ledger,
  pool: Pool,
  slots: number,
  signal?: AbortSignal,
  rounds: AdmissionRounds = { cameTo: new Map() },
): Promise<AdmittedJob[]> {
  if (slots <= 0) return [];
  const unheard: unknown[] = [];
  const onError = (tenant: string, error: unknown) => {
    if (signal?.aborted) return;
    if (rounds.onError) rounds.onError(tenant, error);
    else unheard.push(error);
  };
  const inTurn = () => eitherSignal(signal, rounds.patience?.());
  const search = {
    pool,
    perTenant: slots,
    mostTenants: TENANTS_A_ROUND,
    behind: rounds.cameTo.get(pool),
    onUnread: onError,
    inTurn,
  };
  const { contenders, last } = await findContenders(ledger, search, signal);
  if (last === undefined) rounds.cameTo.delete(pool);
  else rounds.cameTo.set(pool, last);

  // Else it would be picked again at once: nobody has less in hand.
  const giveUp = (contender: Contender, error: unknown) => {
    contender.waiting = [];
    onError(contender.tenant, error);
  };
  const admitPicked = async ({ contender, job }: Picked): Promise<AdmittedJob | null> => {
    try {
      return await admitOne(ledger, job, inTurn());
    } catch (error) {
      giveUp(contender, error);
      return null;
    }
  };
  const admitted: AdmittedJob[] = [];
  while (admitted.length < slots) {
    signal?.throwIfAborted();
    const picked = pickFairly(contenders, slots - admitted.length, ledger.random);
    if (picked.length === 0) break;
    const mayBeAdmitted = await noteDown(ledger, pool, picked, giveUp, inTurn());
    const works = await Promise.all(
      picked.map(async (each) => {
        const isOurs = mayBeAdmitted.get(each.contender)?.has(each.job.id) ?? false;
        const work = isOurs ? await admitPicked(each) : null;
        if (!work) each.contender.active -= 1;
        return work;
      }),
    );
    admitted.push(...works.filter((work) => work !== null));
  }
  signal?.throwIfAborted();
  if (unheard.length > 0) throw unheard[0];
  return admitted;
}

interface Picked {
  readonly contender: Contender;
  readonly job: JobRow;
}

function pickFairly(contenders: readonly Contender[], slots: number, random: () => number): Picked[] {
  const picked: Picked[] = [];
  while (picked.length < slots) {
    const contender = pickContender(contenders, random);
    const job = contender?.waiting.shift();
    if (!contender || !job) break;
    contender.active += 1;
    picked.push({ contender, job });
  }
  return picked;
}

/** One write for each tenant; answers the ids that may be admitted. */
async function noteDown(
  ledger: Ledger,
  pool: Pool,
  picked: readonly Picked[],
  giveUp: (contender: Contender, error: unknown) => void,
  signal?: AbortSignal,
): Promise<Map<Contender, ReadonlySet<string>>> {
  const byContender = Map.groupBy(picked, ({ contender }) => contender);
  const mayBeAdmitted = new Map<Contender, ReadonlySet<string>>();
  await Promise.all(
    [...byContender].map(async ([contender, ofTenant]) => {
      const { tenant, limit, inHand } = contender;
      const jobs = ofTenant.map(({ job }) => job);
      try {
        const ids = await takeInHand(ledger, { tenant, pool, limit }, jobs, inHand.over, signal);
        mayBeAdmitted.set(contender, ids);
      } catch (error) {
        giveUp(contender, error);
      }
    }),
  );
  return mayBeAdmitted;
}

const eitherSignal = (one?: AbortSignal, other?: AbortSignal): AbortSignal | undefined =>
  one && other ? AbortSignal.any([one, other]) : (one ?? other);

/** Between tenants that have equally little the lot decides, by weight: by name, the first would always win. */
function pickContender(contenders: readonly Contender[], random: () => number): Contender | undefined {
  const eligible = contenders
    .filter(({ waiting, active, limit }) => waiting.length > 0 && active < limit)
    .map((contender) => ({
      contender,
      load: contender.active / contender.weight,
      // The smallest of exponential variates is that of weight w with probability w / sum of weights.
      lot: -Math.log(1 - random()) / contender.weight,
    }));
  eligible.sort((a, b) => a.load - b.load || a.lot - b.lot);
  return eligible[0]?.contender;
}

function admitOne(ledger: Ledger, candidate: JobRow, signal?: AbortSignal): Promise<AdmittedJob | null> {
  const { tenant, id } = candidate;
  const dispatch = candidate.dispatch + 1;
  return decideAndWrite<AdmittedJob | null>(
    ledger,
    [jobKey(tenant, id)],
    ([item]) => {
      const job = item ? jobOf(item) : null;
      // Only under the number that it has been noted down for.
      if (!item || job?.phase !== 'backlog' || job.dispatch !== candidate.dispatch)
        return { writes: [], answer: null };
      const writer = writerOf(ledger);
      const admitted: JobRow = {
        ...job,
        phase: 'dispatching',
        dispatch,
        due: after(writer.at, ledger.settings.dispatchSeconds),
        history: withHistory(job, { at: writer.at, what: 'admitted', dispatch }),
      };
      // The entry moves anyhow. A worker that claims and dies at once is then seen silent soon, not only after `due`.
      const lookBy = after(writer.at, ledger.settings.leaseSeconds / 3);
      return {
        writes: [writer.change(item, admitted, { lookBy })],
        answer: admittedAs(admitted),
      };
    },
    signal,
  );
}
