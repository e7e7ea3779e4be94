import type { Cost, Prices } from '@edf-pipeline/contracts';
import { costOf, noUsage, sumCosts } from '@edf-pipeline/contracts';
import type { DayUsage } from '@edf-pipeline/ledger';

/** What days cost together, each at the prices that held on it. */
export function costOfDays(prices: Prices, days: readonly DayUsage[]): Cost {
  const costs = days.map(({ day, usage }) => costOf(usage, prices.on(day)));
  return costs.length > 0 ? sumCosts(costs) : costOf(noUsage, prices.on('9999-12-31'));
}
