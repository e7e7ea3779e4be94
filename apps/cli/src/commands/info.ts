import { readAnnotations } from '@edf-pipeline/edf';
import type { Command } from 'commander';
import { recordingAsJson, recordingLines } from '../describe-recording.ts';
import { exitCodes } from '../exit-code.ts';
import type { Shell } from '../shell.ts';
import { withRecording } from '../with-recording.ts';

/** `edf info`: header, signals and times. Shows who the recording is of: it is the caller's own file. */
export function addInfoCommand(program: Command, shell: Shell): void {
  program
    .command('info')
    .description('header, signals and times of recordings, the identification too')
    .argument('<file...>', 'recordings')
    .option('--json', 'one object a file and line')
    .action(async (paths: string[], flags) => {
      for (const [index, path] of paths.entries()) {
        try {
          await withRecording(path, shell.signal, async (file) => {
            const read = await readAnnotations(file, shell.signal);
            if (flags.json) {
              shell.output.json(recordingAsJson(path, file, read));
              return;
            }
            if (index > 0) shell.output.line('');
            for (const line of recordingLines(path, file, read)) shell.output.line(line);
          });
        } catch (error) {
          // One that cannot be read does not hide the others.
          if (shell.signal.aborted || !(error instanceof Error)) throw error;
          shell.exitCode = exitCodes.failed;
          if (flags.json) shell.output.json({ file: path, readable: false, error: error.message });
          else shell.output.note(`${path}: ${error.message}`);
        }
      }
    });
}
