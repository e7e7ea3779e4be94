import type { Limits, Receipt, Usage } from '@edf-pipeline/contracts';
import { costOf, defaultPriceTable, noUsage, pricesOf } from '@edf-pipeline/contracts';
import { limitRows, receiptRows, usageRows } from './describe-usage.ts';
import { formatInstant, tableLines } from './format.ts';

const used = { ...noUsage, cpuSeconds: 3_600, wallSeconds: 125, bytesRead: 1_210_000_000, objectWrites: 3 };
const cost = costOf(used, pricesOf(defaultPriceTable, 'us-east-1').on('2026-03-01'));
const budget = {
  warnAt: 8,
  refuseAt: 10,
  spent: 10.5,
  state: 'exhausted',
  againAt: '2026-04-01T00:00:00.000Z',
} as const;

test('limits are shown with what is used of them and when they are free again', () => {
  const limits: Limits = {
    maxFileBytes: 64e9,
    maxRunningJobs: 5,
    uploadLifetimeSeconds: 1,
    refuseFindings: [],
    quotas: [
      { name: 'stored-bytes', limit: 2e12, used: 1e12, againAt: null },
      { name: 'open-uploads', limit: null, used: 3, againAt: null },
      { name: 'uploads-per-day', limit: 10, used: 10, againAt: '2026-03-02T00:00:00.000Z' },
    ],
    budget,
    rates: [{ name: 'tenant', limit: 100, windowSeconds: 10, remaining: 96, resetSeconds: 9 }],
    requestCosts: {},
  };

  expect(tableLines(limitRows(limits)).map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
    'file size 64.0 GB',
    'stored-bytes 1.00 TB of 2.00 TB',
    'open-uploads 3 no limit',
    `uploads-per-day 10 of 10 free again ${formatInstant('2026-03-02T00:00:00.000Z')}`,
    `budget exhausted: 10.50 spent, warned from 8.00, refused from 10.00, free again ${formatInstant('2026-04-01T00:00:00.000Z')}`,
    'requests (tenant) 4 units of 100 in 10 s',
  ]);
});

test('usage of a month is shown with its cost, by what it was for and by day', () => {
  const usage: Usage = {
    month: '2026-03',
    attempts: 2,
    usage: used,
    cost,
    budget: { ...budget, warnAt: null, refuseAt: null, state: 'none', againAt: null },
    days: [{ day: '2026-03-01', attempts: 2, usage: used, cost: cost.amount }],
  };

  expect(usageRows(usage).map((row) => row.join(': '))).toEqual([
    'month: 2026-03',
    'attempts: 2',
    'CPU: 3600.0 s',
    'memory: 0.0 GiB s',
    'read: 1.21 GB',
    'written: 0 B',
    '  CPU: 0.0405 USD',
    '  object store writes: 0.0000150 USD',
    'cost: 0.0405 USD (list prices, us-east-1, 2024-11-01)',
    '2026-03-01: 2 attempts, 0.0405 USD',
  ]);
});

test('a receipt shows each attempt', () => {
  const receipt: Receipt = {
    jobId: 'job_1',
    isFinal: true,
    attempts: [{ epoch: 1, outcome: 'succeeded', endedAt: '2026-03-01T12:00:00.000Z', usage: used }],
    usage: used,
    cost,
  };

  expect(receiptRows(receipt)).toContainEqual([
    'attempt 1',
    `succeeded ${formatInstant('2026-03-01T12:00:00.000Z')}, 2 min 05 s`,
  ]);
});
