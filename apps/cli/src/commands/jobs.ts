import type { JobStatus } from '@edf-pipeline/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { jobStateOf, nextAfterJob } from '../describe.ts';
import { formatInstant, tableLines } from '../format.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { collectPages } from '../pages.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** What a job can be. */
export const jobStatuses: JobStatus[] = [
  'queued',
  'running',
  'canceling',
  'canceled',
  'succeeded',
  'failed',
  'expired',
];

/** `edf jobs`: jobs, newest first. */
export function addJobsCommand(program: Command, shell: Shell): void {
  withConnection(program.command('jobs'))
    .description('list jobs, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(jobStatuses))
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1_000_000), 50)
    .option('--json', 'one object a line')
    .action(async (flags) => {
      const { client } = connect(shell, flags);
      const call = { signal: shell.signal };
      const jobs = await collectPages(
        (query) => client.listJobs({ ...query, status: flags.status }, call),
        flags.limit,
      );
      if (flags.json) return jobs.forEach((job) => shell.output.json(job));
      if (jobs.length === 0) shell.output.note('no such jobs  next: edf ls');
      const rows = jobs.map((job) => [
        job.id,
        job.recordingId,
        formatInstant(job.createdAt),
        jobStateOf(job),
        `next: ${nextAfterJob(job)}`,
      ]);
      for (const line of tableLines(rows)) shell.output.line(line);
    });
}
