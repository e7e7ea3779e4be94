import type { Reconciled } from '@edf-pipeline/contracts';
import type { Command } from 'commander';
import { orphanRow } from '../describe-operations.ts';
import { exitCodes } from '../exit-code.ts';
import { tableLines } from '../format.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf ops reconcile`: what is overdue, and objects that nothing asks for. Ends with 1 when some are left. */
export function addReconcileCommand(ops: Command, shell: Shell): void {
  withConnection(ops.command('reconcile'))
    .description(
      'what the sweep has to do, and objects that nothing asks for; deletes them only with --delete',
    )
    .option('--delete', 'delete them')
    .option('--min-age-hours <n>', 'leave younger ones alone', wholeNumber('--min-age-hours', 1, 8_760), 48)
    .option('--json', 'one object a line: each page of the pass')
    .action(async (flags) => {
      const { operations } = connect(shell, flags).client;
      const { output, signal } = shell;
      const settings = { dryRun: !flags.delete, minAgeHours: flags.minAgeHours };
      let [found, deleted, lookedAt] = [0, 0, 0];
      let cursor: string | undefined;
      do {
        const page: Reconciled = await operations.reconcile({ ...settings, cursor }, { signal });
        found += page.orphans.length;
        deleted += page.orphans.filter(({ isDeleted }) => isDeleted).length;
        lookedAt += page.lookedAt;
        if (flags.json) output.json(page);
        else tell(shell, page);
        output.progress(`${lookedAt} objects looked at`);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      output.progress(null);
      const left = found - deleted;
      output.note(`${lookedAt} objects looked at, ${found} orphans, ${deleted} deleted`);
      if (left > 0) shell.exitCode = exitCodes.failed;
      if (left > 0 && !flags.delete) output.note('next: edf ops reconcile --delete');
    });
}

function tell({ output }: Shell, { sweep, orphans, unknownKeys }: Reconciled): void {
  for (const [action, count] of Object.entries(sweep?.counts ?? {}))
    output.line(`due      ${count} × ${action}${sweep?.isComplete ? '' : ' (and more)'}`);
  for (const line of tableLines(orphans.map(orphanRow))) output.line(line);
  for (const key of unknownKeys) output.line(`unknown  ${key}  (not made by the service, left alone)`);
}
