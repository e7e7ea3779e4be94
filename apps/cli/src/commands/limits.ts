import type { Command } from 'commander';
import { limitRows } from '../describe-usage.ts';
import { tableLines } from '../format.ts';
import { withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf limits`: what the organisation may do, and how much of it is used. */
export function addLimitsCommand(program: Command, shell: Shell): void {
  withConnection(program.command('limits'))
    .description('show limits and quotas, how much of them is used, and when they are free again')
    .option('--json', 'one object')
    .action(async (flags) => {
      const { client } = connect(shell, flags);
      const limits = await client.getLimits({ signal: shell.signal });
      if (flags.json) return shell.output.json(limits);
      for (const line of tableLines(limitRows(limits))) shell.output.line(line.trimEnd());
    });
}
