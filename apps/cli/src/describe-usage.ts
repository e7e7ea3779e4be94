import type { AttemptUsage, Budget, Cost, Limits, Quota, Receipt, Usage } from '@edf-pipeline/contracts';
import { formatBytes, formatInstant, formatSeconds } from './format.ts';

/** The lines of `edf limits`: name, use, limit, when it is free again. */
export function limitRows(limits: Limits): string[][] {
  const { quotas, rates, budget } = limits;
  return [
    ['file size', '', formatBytes(limits.maxFileBytes), ''],
    ...quotas.map((quota) => [
      quota.name,
      amountOf(quota, quota.used),
      quota.limit === null ? 'no limit' : `of ${amountOf(quota, quota.limit)}`,
      quota.againAt === null ? '' : `free again ${formatInstant(quota.againAt)}`,
    ]),
    ...budgetRows(budget).map(([name = '', value = '']) => [name, value, '', '']),
    ...rates.map(({ name, limit, windowSeconds, remaining }) => [
      `requests (${name})`,
      `${limit - remaining} units`,
      `of ${limit} in ${windowSeconds} s`,
      '',
    ]),
  ];
}

function amountOf({ name }: Quota, value: number): string {
  if (name === 'stored-bytes') return formatBytes(value);
  return name === 'monthly-budget' ? formatAmount(value) : String(value);
}

/** The lines of `edf usage`. */
export function usageRows(usage: Usage): string[][] {
  return [
    ['month', usage.month],
    ['attempts', String(usage.attempts)],
    ...measureRows(usage.usage),
    ...costRows(usage.cost),
    ...budgetRows(usage.budget),
    ...usage.days.map(({ day, attempts, cost }) => [
      day,
      `${attempts} attempts, ${formatAmount(cost)} ${usage.cost.currency}`,
    ]),
  ];
}

/** The lines of `edf usage job_…`. */
export function receiptRows(receipt: Receipt): string[][] {
  return [
    ['job', receipt.jobId],
    ...receipt.attempts.map(({ epoch, outcome, endedAt, usage }) => [
      `attempt ${epoch}`,
      `${outcome} ${formatInstant(endedAt)}, ${formatSeconds(usage.wallSeconds)}`,
    ]),
    ...measureRows(receipt.usage),
    ...costRows(receipt.cost),
  ];
}

function measureRows(usage: AttemptUsage): string[][] {
  return [
    ['CPU', `${usage.cpuSeconds.toFixed(1)} s`],
    ['memory', `${usage.memoryGibSeconds.toFixed(1)} GiB s`],
    ['read', formatBytes(usage.bytesRead)],
    ['written', formatBytes(usage.bytesWritten)],
  ];
}

function costRows({ currency, amount, prices, lines }: Cost): string[][] {
  return [
    ...lines
      .filter((line) => line.amount > 0)
      .map((line) => [`  ${line.what}`, `${formatAmount(line.amount)} ${currency}`]),
    ['cost', `${formatAmount(amount)} ${currency} (list prices, ${prices.region}, ${prices.validFrom})`],
  ];
}

function budgetRows({ state, spent, warnAt, refuseAt, againAt }: Budget): string[][] {
  if (state === 'none') return [];
  const bounds = [
    ...(warnAt === null ? [] : [`warned from ${formatAmount(warnAt)}`]),
    ...(refuseAt === null ? [] : [`refused from ${formatAmount(refuseAt)}`]),
    ...(againAt === null ? [] : [`free again ${formatInstant(againAt)}`]),
  ];
  return [['budget', `${state}: ${formatAmount(spent)} spent, ${bounds.join(', ')}`]];
}

/** A job costs some hundred-thousandths: three digits, wherever they begin. */
function formatAmount(amount: number): string {
  if (amount === 0 || amount >= 1) return amount.toFixed(2);
  return amount.toFixed(Math.min(9, 2 - Math.floor(Math.log10(amount))));
}
