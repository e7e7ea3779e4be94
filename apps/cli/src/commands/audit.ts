import type { Command } from 'commander';
import { auditRow } from '../describe-operations.ts';
import { UsageError } from '../exit-code.ts';
import { tableLines } from '../format.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { collectPages } from '../pages.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf audit`: who has seen, fetched, changed or deleted recordings. */
export function addAuditCommand(program: Command, shell: Shell): void {
  withConnection(program.command('audit'))
    .description('who has had to do with the recordings, newest first (role owner)')
    .option('--since <when>', 'date or time; 30 days ago unless given', instant('--since'))
    .option('--until <when>', 'date or time; now unless given', instant('--until'))
    .option('--operators', 'what operators of the service have done (role operator)')
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1_000_000), 50)
    .option('--json', 'one object a line')
    .action(async (flags) => {
      const { client } = connect(shell, flags);
      const { since, until } = flags;
      const list = flags.operators ? client.operations.listAudit : client.listAudit;
      const records = await collectPages(
        (query) => list({ ...query, since, until }, { signal: shell.signal }),
        flags.limit,
      );
      if (flags.json) return records.forEach((record) => shell.output.json(record));
      if (records.length === 0) shell.output.note('nothing in that time');
      const rows = records.map((record) => auditRow(record, flags.operators === true));
      for (const line of tableLines(rows)) shell.output.line(line);
    });
}

/** A date means its beginning here, as all times are shown; so does a time without a zone. */
function instant(name: string): (text: string) => string {
  return (text) => {
    // A date alone would be taken for one in UTC.
    const local = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text;
    const milliseconds = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(local) : NaN;
    if (Number.isNaN(milliseconds))
      throw new UsageError(
        `${name} takes a date like 2026-01-31 or a time like 2026-01-31T12:00:00Z, not ${text}`,
      );
    return new Date(milliseconds).toISOString();
  };
}
