import type { Command } from 'commander';
import { receiptRows, usageRows } from '../describe-usage.ts';
import { tableLines } from '../format.ts';
import { withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { jobIdOf } from './job-of.ts';

/** `edf usage`: what the organisation used in a month, or one job, and what that costs. */
export function addUsageCommand(program: Command, shell: Shell): void {
  withConnection(program.command('usage'))
    .description('show what was used in a month, or by one job, and what that costs at list prices')
    .argument('[id]', 'job_…, or rec_… for its newest job: the receipt of that job')
    .option('--month <month>', 'YYYY-MM; the present one unless given')
    .option('--json', 'one object')
    .action(async (id: string | undefined, flags) => {
      const { client } = connect(shell, flags);
      const { signal } = shell;
      if (id !== undefined) {
        const receipt = await client.getReceipt(await jobIdOf(id, client, signal), { signal });
        if (flags.json) return shell.output.json(receipt);
        for (const line of tableLines(receiptRows(receipt))) shell.output.line(line.trimEnd());
        if (!receipt.isFinal) shell.output.note('the job has not ended: more may be added');
        return;
      }
      const usage = await client.getUsage({ month: flags.month }, { signal });
      if (flags.json) return shell.output.json(usage);
      for (const line of tableLines(usageRows(usage))) shell.output.line(line.trimEnd());
    });
}
