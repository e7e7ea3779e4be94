import type { RegionPrices } from './price-table.ts';
import type { AttemptUsage, Cost } from './usage.ts';

/** What usage costs at list prices: one line for each thing that has a price. */
export function costOf(usage: AttemptUsage, prices: RegionPrices): Cost {
  const line = (what: string, quantity: number, unit: string, unitPrice: number) => ({
    what,
    quantity: rounded(quantity),
    unit,
    unitPrice,
    amount: rounded(quantity * unitPrice),
  });
  const lines = [
    line('CPU', usage.cpuSeconds / 3_600, 'vCPU hour', prices.vcpuHour),
    line('memory', usage.memoryGibSeconds / 3_600, 'GiB hour', prices.memoryGibHour),
    line('object store writes', usage.objectWrites / 1_000, '1,000 requests', prices.thousandObjectWrites),
    line('object store reads', usage.objectReads / 1_000, '1,000 requests', prices.thousandObjectReads),
    line('ledger writes', usage.ledgerWriteUnits / 1e6, '1,000,000 units', prices.millionLedgerWriteUnits),
    line('ledger reads', usage.ledgerReadUnits / 1e6, '1,000,000 units', prices.millionLedgerReadUnits),
  ];
  return {
    currency: prices.currency,
    amount: rounded(lines.reduce((sum, { amount }) => sum + amount, 0)),
    prices: { region: prices.region, validFrom: prices.validFrom },
    lines,
  };
}

/** Costs at the prices of several days as one: line by line, under the newest prices. `costs` is not empty. */
export function sumCosts(costs: readonly Cost[]): Cost {
  const newest = costs.reduce((a, b) => (b.prices.validFrom > a.prices.validFrom ? b : a));
  const lines = newest.lines.map((line, at) => ({
    ...line,
    quantity: rounded(costs.reduce((sum, { lines: each }) => sum + (each[at]?.quantity ?? 0), 0)),
    amount: rounded(costs.reduce((sum, { lines: each }) => sum + (each[at]?.amount ?? 0), 0)),
  }));
  return { ...newest, lines, amount: rounded(lines.reduce((sum, { amount }) => sum + amount, 0)) };
}

/** A job costs some hundred-thousandths: what lies below a billionth is noise of the arithmetic. */
const rounded = (amount: number) => Math.round(amount * 1e9) / 1e9;
