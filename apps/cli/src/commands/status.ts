import type { Command } from 'commander';
import { detailsOf, nextAfterJob } from '../describe.ts';
import { tableLines } from '../format.ts';
import { idKindOf, withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf status`: one recording, job or upload. */
export function addStatusCommand(program: Command, shell: Shell): void {
  withConnection(program.command('status'))
    .description('show a recording, job or upload')
    .argument('<id>', 'rec_…, job_… or upl_…')
    .option('--json', 'the object on one line')
    .action(async (id: string, flags) => {
      const kind = idKindOf(id, ['recording', 'job', 'upload']);
      const { client } = connect(shell, flags);
      const call = { signal: shell.signal };
      const object =
        kind === 'recording'
          ? await client.getRecording(id, call)
          : kind === 'job'
            ? await client.getJob(id, call)
            : await client.getUpload(id, call);
      if (flags.json) return shell.output.json(object);
      for (const line of tableLines(detailsOf(object))) shell.output.line(line);
      shell.output.line(`next: ${nextAfter(object)}`);
    });
}

function nextAfter(object: Parameters<typeof detailsOf>[0]): string {
  if ('pipeline' in object) return nextAfterJob(object);
  if ('rejection' in object) {
    return object.status === 'completed' ? `edf status ${object.recordingId}` : 'edf put the same file again';
  }
  return object.job ? nextAfterJob(object.job) : `edf status ${object.id}`;
}
