import type { Command } from 'commander';
import { jobStateOf } from '../describe.ts';
import { withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { jobIdOf } from './job-of.ts';

/** `edf retry`: runs a job again that has failed, was canceled or has expired. */
export function addRetryCommand(program: Command, shell: Shell): void {
  withConnection(program.command('retry'))
    .description('run a failed, canceled or expired job again')
    .argument('<id>', 'job_…, or rec_… for its newest job')
    .option('--json', 'the job on one line')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const { signal } = shell;
      const job = await client.retryJob(await jobIdOf(id, client, signal), { signal });
      if (flags.json) return shell.output.json(job);
      shell.output.line(`${job.id}  ${jobStateOf(job)}  next: edf status ${job.id}`);
    });
}
