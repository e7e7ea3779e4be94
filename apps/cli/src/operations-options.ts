import type { PolicyChange } from '@edf-pipeline/contracts';
import type { Command } from 'commander';
import { UsageError } from './exit-code.ts';
import { idKindOf, wholeNumber } from './options.ts';

/** A job of any tenant as operators name it: `TENANT/JOB`, as `edf ops jobs` prints it. */
export function namedJob(text: string): { readonly tenant: string; readonly jobId: string } {
  const [, tenant, jobId] = /^([a-z0-9-]{1,64})\/(.+)$/.exec(text) ?? [];
  if (!tenant || !jobId) throw new UsageError(`${text} is no TENANT/JOB; edf ops jobs shows them`);
  idKindOf(jobId, ['job']);
  return { tenant, jobId };
}

/** The options that set something of a tenant's policy. */
export function withPolicy(command: Command): Command {
  const number = (name: string) => wholeNumber(name, 0, Number.MAX_SAFE_INTEGER);
  return command
    .option('--max-running <n>', 'jobs at once', number('--max-running'))
    .option('--max-file-bytes <n>', 'size of a file', number('--max-file-bytes'))
    .option('--max-stored-bytes <n>', 'bytes kept', number('--max-stored-bytes'))
    .option('--max-waiting-jobs <n>', 'jobs that wait', number('--max-waiting-jobs'))
    .option('--max-uploads-per-day <n>', 'uploads a day', number('--max-uploads-per-day'))
    .option('--max-open-uploads <n>', 'uploads that still move', number('--max-open-uploads'))
    .option('--budget-warn-at <amount>', 'cost in a month from which clients are told', Number)
    .option('--budget-refuse-at <amount>', 'cost in a month from which uploads are refused', Number)
    .option('--weight <n>', 'share of a pool relative to others', Number);
}

interface PolicyFlags {
  readonly maxRunning?: number;
  readonly maxFileBytes?: number;
  readonly maxStoredBytes?: number;
  readonly maxWaitingJobs?: number;
  readonly maxUploadsPerDay?: number;
  readonly maxOpenUploads?: number;
  readonly budgetWarnAt?: number;
  readonly budgetRefuseAt?: number;
  readonly weight?: number;
}

/** What the flags of `withPolicy` say; nothing that they do not say. */
export function policyFrom(flags: PolicyFlags): PolicyChange {
  if (flags.weight !== undefined && !(flags.weight > 0))
    throw new UsageError('--weight takes a number greater than 0');
  for (const [name, amount] of [
    ['--budget-warn-at', flags.budgetWarnAt],
    ['--budget-refuse-at', flags.budgetRefuseAt],
  ] as const)
    if (amount !== undefined && !(amount >= 0)) throw new UsageError(`${name} takes an amount of 0 or more`);
  const change = {
    maxRunningJobs: flags.maxRunning,
    maxFileBytes: flags.maxFileBytes,
    maxStoredBytes: flags.maxStoredBytes,
    maxWaitingJobs: flags.maxWaitingJobs,
    maxUploadsPerDay: flags.maxUploadsPerDay,
    maxOpenUploads: flags.maxOpenUploads,
    budgetWarnAt: flags.budgetWarnAt,
    budgetRefuseAt: flags.budgetRefuseAt,
    weight: flags.weight,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
