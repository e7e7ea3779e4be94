import { watchChanges } from '@edf-pipeline/uploader';
import type { Command } from 'commander';
import { changeLine } from '../describe.ts';
import { withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf watch`: changes as they happen, until Ctrl-C. */
export function addWatchCommand(program: Command, shell: Shell): void {
  withConnection(program.command('watch'))
    .description('show changes of uploads, recordings and jobs as they happen')
    .option('--after <cursor>', 'begin after this cursor (each JSON line carries one) instead of now')
    .option('--json', 'one object a line: cursor, type, object')
    .action(async (flags) => {
      const { client, config } = connect(shell, flags);
      const { output, signal } = shell;
      let connection = '';
      const changes = watchChanges({
        client,
        signal,
        after: flags.after,
        onConnection: (state) => {
          if (state === 'live' && connection === '') output.note(`watching ${config.url}; Ctrl-C ends it`);
          else if (state !== connection)
            output.note(state === 'live' ? 'connected again' : 'connection lost; trying again');
          connection = state;
        },
      });
      for await (const { change, cursor } of changes) {
        if (flags.json) output.json({ cursor, ...change });
        else output.line(changeLine(change));
      }
      signal.throwIfAborted();
    });
}
