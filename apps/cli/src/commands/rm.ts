import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { exitCodes, UsageError } from '../exit-code.ts';
import { idKindOf, withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { visibleText } from '../visible-text.ts';

/** `edf rm`: deletes a recording, or gives an upload up. */
export function addRmCommand(program: Command, shell: Shell): void {
  withConnection(program.command('rm'))
    .description('delete a recording with its results, or give an upload up')
    .argument('<id>', 'rec_… or upl_…')
    .option('--yes', 'do not ask')
    .option('--json', 'the recording on one line')
    .action(async (id: string, flags) => {
      const kind = idKindOf(id, ['recording', 'upload']);
      const { client } = connect(shell, flags);
      const { signal, output } = shell;
      const found =
        kind === 'recording'
          ? await client.getRecording(id, { signal })
          : await client.getUpload(id, { signal });
      if (
        !flags.yes &&
        !(await isConfirmed(`Delete ${id} (${found.fileName ?? 'name not kept'}) for ever?`, shell))
      ) {
        output.note('nothing was deleted');
        shell.exitCode = exitCodes.failed;
        return;
      }
      if (kind === 'upload') {
        await client.abortUpload(id, { signal });
        if (flags.json) return output.json({ id, status: 'aborted' });
        return output.line(`${id}  aborted  next: edf ls`);
      }
      const recording = await client.deleteRecording(id, { signal });
      if (flags.json) return output.json(recording);
      output.line(`${id}  ${recording.status}  next: edf ls`);
    });
}

async function isConfirmed(question: string, { stdin, signal }: Shell): Promise<boolean> {
  if (!stdin.isTTY) throw new UsageError('there is nobody to ask: add --yes to delete without a question');
  const lines = createInterface({ input: stdin, output: process.stderr });
  try {
    const answer = await lines.question(visibleText(`${question} Type yes: `), { signal });
    return answer.trim().toLowerCase() === 'yes';
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
