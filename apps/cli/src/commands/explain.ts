import type { Command } from 'commander';
import { explanationRows, timelineRows } from '../describe-operations.ts';
import { tableLines } from '../format.ts';
import { namedJob } from '../operations-options.ts';
import { withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { jobIdOf } from './job-of.ts';

const JOB = 'job_…, rec_… for its newest job, or TENANT/job_… for operators';

/** `edf explain`: why a job waits. */
export function addExplainCommand(program: Command, shell: Shell): void {
  withConnection(program.command('explain'))
    .description('why a job waits: its place, the limit, the pool, the back-off')
    .argument('<id>', JOB)
    .option('--json', 'one object')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const { signal } = shell;
      const of = id.includes('/') ? namedJob(id) : null;
      const explanation = of
        ? await client.operations.explainJob(of.tenant, of.jobId, { signal })
        : await client.explainJob(await jobIdOf(id, client, signal), { signal });
      if (flags.json) return shell.output.json(explanation);
      for (const line of tableLines(explanationRows(explanation))) shell.output.line(line);
      shell.output.line(`next: edf timeline ${id}`);
    });
}

/** `edf timeline`: what happened to a job. */
export function addTimelineCommand(program: Command, shell: Shell): void {
  withConnection(program.command('timeline').alias('logs'))
    .description('what happened to a job, when and why')
    .argument('<id>', JOB)
    .option('--json', 'one object a line')
    .action(async (id: string, flags) => {
      const { client } = connect(shell, flags);
      const { signal } = shell;
      const of = id.includes('/') ? namedJob(id) : null;
      const timeline = of
        ? await client.operations.getTimeline(of.tenant, of.jobId, { signal })
        : await client.getTimeline(await jobIdOf(id, client, signal), { signal });
      if (flags.json) return timeline.entries.forEach((entry) => shell.output.json(entry));
      for (const line of tableLines(timelineRows(timeline))) shell.output.line(line.trimEnd());
      if (!timeline.isWhole) shell.output.note('(what happened in between was too much to keep)');
    });
}
