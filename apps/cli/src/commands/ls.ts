import type { Command } from 'commander';
import { nextAfterJob, recordingStateOf } from '../describe.ts';
import { formatBytes, formatInstant, tableLines } from '../format.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { collectPages } from '../pages.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf ls`: recordings, newest first. */
export function addLsCommand(program: Command, shell: Shell): void {
  withConnection(program.command('ls'))
    .description('list recordings, newest first')
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1_000_000), 50)
    .option('--json', 'one object a line')
    .action(async (flags) => {
      const { client } = connect(shell, flags);
      const call = { signal: shell.signal };
      const recordings = await collectPages((query) => client.listRecordings(query, call), flags.limit);
      if (flags.json) return recordings.forEach((recording) => shell.output.json(recording));
      if (recordings.length === 0) shell.output.note('no recordings yet  next: edf put FILE');
      const rows = recordings.map((recording) => [
        recording.id,
        formatBytes(recording.byteLength),
        formatInstant(recording.createdAt),
        recordingStateOf(recording),
        recording.fileName ?? '(name not kept)',
        `next: ${recording.job ? nextAfterJob(recording.job) : `edf status ${recording.id}`}`,
      ]);
      for (const line of tableLines(rows)) shell.output.line(line);
    });
}
