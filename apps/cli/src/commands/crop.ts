import { cropEdf } from '@edf-pipeline/edf';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.ts';
import { findSignals } from '../find-signal.ts';
import { formatBytes } from '../format.ts';
import { seconds } from '../options.ts';
import type { Shell } from '../shell.ts';
import { withRecording } from '../with-recording.ts';
import { writeFileWhole } from '../write-file.ts';

/** `edf crop`: a part of a recording, samples unchanged. */
export function addCropCommand(program: Command, shell: Shell): void {
  program
    .command('crop')
    .description(
      'the data records that reach into a range of time, and the annotations there, as a recording',
    )
    .argument('<file>', 'recording')
    .option('--from <seconds>', 'from this time after the start', seconds('--from'))
    .option('--to <seconds>', 'to this time after the start, not included', seconds('--to'))
    .option('--signals <list>', 'these only: indexes or labels, separated by commas')
    .option('--drop-annotations', 'leave annotations out where the variant holds none')
    .requiredOption('--out <file>', 'recording to write')
    .option('--force', 'replace it when it exists')
    .option('--json', 'one object')
    .action(async (path: string, flags) => {
      if (flags.from !== undefined && flags.to !== undefined && flags.from >= flags.to)
        throw new UsageError('--to is not after --from');
      await withRecording(path, shell.signal, async (file) => {
        const signals = flags.signals === undefined ? undefined : findSignals(file, flags.signals);
        const range = { fromNs: flags.from, toNs: flags.to };
        const output = await cropEdf(
          file,
          range,
          { signals, dropAnnotations: flags.dropAnnotations },
          shell.signal,
        );
        const { byteLength, dataRecordCount } = output;
        await writeFileWhole(flags.out, output.bytes(shell.signal), { isForced: Boolean(flags.force) });
        if (flags.json) shell.output.json({ file: flags.out, byteLength, dataRecordCount });
        else shell.output.line(`${flags.out}: ${dataRecordCount} data records, ${formatBytes(byteLength)}`);
      });
    });
}
