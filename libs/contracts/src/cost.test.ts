import { costOf, sumCosts } from './cost.ts';
import { defaultPriceTable, priceTableSchema, pricesOf } from './price-table.ts';
import { costSchema, noUsage, sumUsage } from './usage.ts';

const usage = {
  cpuSeconds: 3_600,
  wallSeconds: 7_200,
  memoryGibSeconds: 7_200,
  bytesRead: 10,
  bytesWritten: 20,
  objectReads: 2_000,
  objectWrites: 500,
  ledgerReadUnits: 1e6,
  ledgerWriteUnits: 2e6,
};
const prices = {
  region: 'here',
  validFrom: '2026-01-01',
  currency: 'USD',
  vcpuHour: 1,
  memoryGibHour: 0.1,
  thousandObjectWrites: 0.02,
  thousandObjectReads: 0.003,
  millionLedgerWriteUnits: 0.5,
  millionLedgerReadUnits: 0.25,
};

describe('the cost of usage', () => {
  it('has a line for each thing with a price, and their sum', () => {
    const cost = costOf(usage, prices);

    expect(cost.lines.map(({ what, quantity, amount }) => [what, quantity, amount])).toEqual([
      ['CPU', 1, 1],
      ['memory', 2, 0.2],
      ['object store writes', 0.5, 0.01],
      ['object store reads', 2, 0.006],
      ['ledger writes', 2, 1],
      ['ledger reads', 1, 0.25],
    ]);
    expect(cost.amount).toBe(2.466);
    expect(costSchema.parse(cost)).toEqual(cost);
  });

  it('of several days is the sum of each day at its own prices', () => {
    const dearer = { ...prices, validFrom: '2026-02-01', vcpuHour: 3 };
    const cost = sumCosts([costOf(usage, prices), costOf(usage, dearer)]);

    expect(cost.lines[0]).toEqual({ what: 'CPU', quantity: 2, unit: 'vCPU hour', unitPrice: 3, amount: 4 });
    expect([cost.amount, cost.prices.validFrom]).toEqual([6.932, '2026-02-01']);
  });

  it('of nothing is nothing', () => {
    expect(costOf(sumUsage([]), prices).amount).toBe(0);
    expect(sumUsage([usage, usage, noUsage]).cpuSeconds).toBe(7_200);
  });
});

describe('a price table', () => {
  it('has the prices of a day: those that came last before it', () => {
    const later = { ...prices, validFrom: '2026-03-01', vcpuHour: 9 };
    const { on } = pricesOf([later, prices, { ...prices, region: 'there', vcpuHour: 100 }], 'here');

    expect([on('2025-12-31'), on('2026-02-28'), on('2026-03-01')].map(({ vcpuHour }) => vcpuHour)).toEqual([
      1, 1, 9,
    ]);
  });

  it.each([
    ['a region that is not in it', [prices], 'the price table has no region nowhere, only here'],
    [
      'several currencies of one region',
      [
        { ...prices, region: 'nowhere' },
        { ...prices, region: 'nowhere', currency: 'EUR' },
      ],
      'several currencies',
    ],
  ])('refuses %s', (_what, table, reason) => {
    expect(() => pricesOf(table, 'nowhere')).toThrow(reason);
  });

  it('is built in as one that its own schema takes, and is free on a machine of one’s own', () => {
    expect(priceTableSchema.parse(defaultPriceTable)).toEqual(defaultPriceTable);
    expect(costOf(usage, pricesOf(defaultPriceTable, 'local').on('2026-01-01')).amount).toBe(0);
    expect(costOf(usage, pricesOf(defaultPriceTable, 'us-east-1').on('2026-01-01')).amount).toBeCloseTo(
      0.04048 + 2 * 0.004445 + 0.0025 + 0.0008 + 1.25 + 0.125,
      9,
    );
  });
});
