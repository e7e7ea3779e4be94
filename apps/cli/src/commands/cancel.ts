import type { Command } from 'commander';
import { jobStateOf } from '../describe.ts';
import { withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { jobIdOf } from './job-of.ts';

/** `edf cancel`: stops a job, waiting or running. */
export function addCancelCommand(program: Command, shell: Shell): void {
  withConnection(program.command('cancel'))
    .description('stop a job, waiting or running')
    .argument('<id>', 'job_…, or rec_… for its newest job')
    .option('--json', 'the job on one line')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const { signal } = shell;
      const job = await client.cancelJob(await jobIdOf(id, client, signal), { signal });
      if (flags.json) return shell.output.json(job);
      shell.output.line(`${job.id}  ${jobStateOf(job)}  next: edf status ${job.id}`);
    });
}
