import type { OperationsJob, Page } from '@edf-pipeline/contracts';
import type { PageQuery } from '@edf-pipeline/uploader';
import type { Command } from 'commander';
import { Option } from 'commander';
import { operationsJobRow, tenantRow } from '../describe-operations.ts';
import { tableLines } from '../format.ts';
import { namedJob } from '../operations-options.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { collectPages } from '../pages.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { jobStatuses } from './jobs.ts';
import { addReconcileCommand } from './reconcile.ts';

/** `edf ops`: what operators of the service do, of all tenants. */
export function addOpsCommand(program: Command, shell: Shell): void {
  const ops = program.command('ops').description('run the service: jobs of all tenants (role operator)');
  addJobLists(ops, shell);
  addJobActions(ops, shell);
  addRedrive(ops, shell);
  addPauses(ops, shell);
  addReconcileCommand(ops, shell);
}

function addJobLists(ops: Command, shell: Shell): void {
  const listed = async (
    flags: { limit: number; json?: boolean },
    list: (query: PageQuery) => Promise<Page<OperationsJob>>,
  ) => {
    const jobs = await collectPages(list, flags.limit);
    if (flags.json) return jobs.forEach((job) => shell.output.json(job));
    if (jobs.length === 0) shell.output.note('no such jobs');
    for (const line of tableLines(jobs.map(operationsJobRow))) shell.output.line(line);
  };
  const command = (name: string) =>
    withConnection(ops.command(name))
      .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1_000_000), 50)
      .option('--json', 'one object a line');
  command('jobs')
    .description('list jobs by state and cause; those that failed unless --status says otherwise')
    .addOption(new Option('--status <status>', 'only these').choices(jobStatuses).default('failed'))
    .option('--cause <cause>', 'class of failure, or class/code: crash, timeout, crash/worker-silent …')
    .option('--tenant <id>', 'of one tenant')
    .action((flags) => {
      const { operations } = connect(shell, flags).client;
      const { status, cause, tenant } = flags;
      return listed(flags, (query) =>
        operations.listJobs({ ...query, status, cause, tenant }, { signal: shell.signal }),
      );
    });
  command('quarantine')
    .description('list jobs that failed for another reason than their file')
    .action((flags) => {
      const { operations } = connect(shell, flags).client;
      return listed(flags, (query) => operations.listQuarantine(query, { signal: shell.signal }));
    });
}

function addJobActions(ops: Command, shell: Shell): void {
  for (const verb of ['retry', 'cancel'] as const) {
    withConnection(ops.command(verb))
      .description(verb === 'retry' ? 'run a failed, canceled or expired job again' : 'stop a job')
      .argument('<job>', 'TENANT/job_…')
      .option('--json', 'the job on one line')
      .action(async (name: string, flags) => {
        const { tenant, jobId } = namedJob(name);
        const { operations } = connect(shell, flags).client;
        const act = verb === 'retry' ? operations.retryJob : operations.cancelJob;
        const job = await act(tenant, jobId, { signal: shell.signal });
        if (flags.json) return shell.output.json(job);
        for (const line of tableLines([operationsJobRow(job)])) shell.output.line(line);
      });
  }
}

function addRedrive(ops: Command, shell: Shell): void {
  withConnection(ops.command('redrive'))
    .description('run all jobs again that failed for a cause; says what it would do unless --yes')
    .argument('<cause>', 'class of failure, or class/code')
    .option('--tenant <id>', 'of one tenant')
    .option('--limit <n>', 'at most', wholeNumber('--limit', 1, 500), 100)
    .option('--yes', 'do it')
    .option('--json', 'one object')
    .action(async (cause: string, flags) => {
      const { operations } = connect(shell, flags).client;
      const { tenant, limit } = flags;
      const body = { cause, tenant, limit, dryRun: !flags.yes };
      const redriven = await operations.redrive(body, { signal: shell.signal });
      if (flags.json) return shell.output.json(redriven);
      const rows = redriven.jobs.map((job) => [`${job.tenant}/${job.jobId}`, job.outcome]);
      for (const line of tableLines(rows)) shell.output.line(line);
      const count = `${redriven.jobs.length} job${redriven.jobs.length === 1 ? '' : 's'}`;
      const more = redriven.hasMore ? ', and there are more' : '';
      shell.output.note(
        flags.yes ? `${count} done${more}` : `${count} would be retried${more}  next: the same with --yes`,
      );
    });
}

function addPauses(ops: Command, shell: Shell): void {
  for (const verb of ['pause', 'resume'] as const) {
    withConnection(ops.command(verb))
      .description(
        verb === 'pause'
          ? 'start nothing new of a tenant; its uploads are still accepted'
          : 'end the pause of a tenant',
      )
      .argument('<tenant>', 'its id')
      .option('--json', 'the tenant on one line')
      .action(async (id: string, flags) => {
        const { operations } = connect(shell, flags).client;
        const act = verb === 'pause' ? operations.pauseTenant : operations.resumeTenant;
        const tenant = await act(id, { signal: shell.signal });
        if (flags.json) return shell.output.json(tenant);
        for (const line of tableLines([tenantRow(tenant)])) shell.output.line(line.trimEnd());
      });
  }
}
