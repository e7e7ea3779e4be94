import type { Contender } from './contenders.ts';
import { findContenders } from './contenders.ts';
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
}

/**
 * Takes up to `slots` jobs out of the backlog of a pool, fairly: always from the tenant that has least in hand for
 * its weight, within its limit, and between equals by lot; within a tenant the most urgent first. What is in hand is counted from live leases.
 */
export async function admitJobs(
  ledger: Ledger,
  pool: Pool,
  slots: number,
  signal?: AbortSignal,
): Promise<AdmittedJob[]> {
  if (slots <= 0) return [];
  const contenders = await findContenders(ledger, pool, slots, signal);
  const admitted: AdmittedJob[] = [];
  while (admitted.length < slots) {
    const next = pickContender(contenders, ledger.random);
    const candidate = next?.waiting.shift();
    if (!next || !candidate) break;
    const job = await admitOne(ledger, candidate, signal);
    if (!job) continue;
    next.active += 1;
    admitted.push(job);
  }
  return admitted;
}

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
  return decideAndWrite<AdmittedJob | null>(
    ledger,
    [jobKey(tenant, id)],
    ([item]) => {
      if (!item || jobOf(item).phase !== 'backlog') return { writes: [], answer: null };
      const job = jobOf(item);
      const writer = writerOf(ledger);
      const dispatch = job.dispatch + 1;
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
        answer: { tenant, jobId: id, dispatch },
      };
    },
    signal,
  );
}
