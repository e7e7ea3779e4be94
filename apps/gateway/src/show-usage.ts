import type { Receipt, Usage } from '@edf-pipeline/contracts';
import { costOf, sumUsage, usageQuerySchema } from '@edf-pipeline/contracts';
import { readJob, readJobUsage, readMonthUsage, readPolicy } from '@edf-pipeline/ledger';
import { costOfDays } from './cost-of-days.ts';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { notFound } from './problem.ts';
import { budgetOf } from './quota-state.ts';

/** What the caller's organisation used in a month, day by day, and what that costs. */
export async function showUsage(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  query: unknown,
): Promise<Usage> {
  const now = deps.ledger.clock();
  const thisMonth = now.toISOString().slice(0, 7);
  const { month = thisMonth } = usageQuerySchema.parse(query);
  const { tenant } = caller;
  const [policy, days] = await Promise.all([
    readPolicy(deps.ledger, tenant, signal),
    readMonthUsage(deps.ledger, tenant, month, signal),
  ]);
  const cost = costOfDays(deps.prices, days);
  const budget = budgetOf(policy, cost.amount, now);
  return {
    month,
    attempts: days.reduce((sum, { attempts }) => sum + attempts, 0),
    usage: sumUsage(days.map(({ usage }) => usage)),
    cost,
    // The budget of a month that is over refuses nothing any more.
    budget: month === thisMonth ? budget : { ...budget, againAt: null },
    days: days.map((each) => ({ ...each, cost: costOf(each.usage, deps.prices.on(each.day)).amount })),
  };
}

/** What one job used and costs, attempt by attempt. */
export async function showReceipt(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  jobId: string,
): Promise<Receipt> {
  const found = await readJob(deps.ledger, caller.tenant, jobId, signal);
  if (!found) throw notFound();
  const rows = await readJobUsage(deps.ledger, found.row, signal);
  const days = rows.map(({ at, usage }) => ({ day: at.slice(0, 10), attempts: 1, usage }));
  return {
    jobId,
    isFinal: found.row.phase === 'done',
    attempts: rows.map(({ epoch, outcome, at, usage }) => ({ epoch, outcome, endedAt: at, usage })),
    usage: sumUsage(rows.map(({ usage }) => usage)),
    cost: costOfDays(deps.prices, days),
  };
}
