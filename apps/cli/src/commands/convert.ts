import { extname } from 'node:path';
import { convertEdf, selectSignals, splitDiscontinuous } from '@edf-pipeline/edf';
import type { EdfFile, EdfOutput, EdfVariant } from '@edf-pipeline/edf';
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.ts';
import { findSignals } from '../find-signal.ts';
import { formatBytes } from '../format.ts';
import type { Shell } from '../shell.ts';
import { withRecording } from '../with-recording.ts';
import { writeFileWhole } from '../write-file.ts';

const variants: readonly EdfVariant[] = ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'];

/** `edf convert`: another variant, fewer signals, or one file for each run; samples unchanged. */
export function addConvertCommand(program: Command, shell: Shell): void {
  program
    .command('convert')
    .description('the same samples as another variant, with some of the signals, or split at the gaps')
    .argument('<file>', 'recording')
    .addOption(new Option('--variant <variant>', 'what to write').choices(variants))
    .option('--signals <list>', 'these only: indexes or labels, separated by commas')
    .option('--split', 'a file for each run without a gap: OUT-1.edf, OUT-2.edf, …')
    .option('--drop-annotations', 'leave annotations out where the variant holds none')
    .requiredOption('--out <file>', 'recording to write')
    .option('--force', 'replace it when it exists')
    .option('--json', 'one object a file and line')
    .action(async (path: string, flags) => {
      const asked = [flags.variant, flags.signals, flags.split].filter((flag) => flag !== undefined);
      if (asked.length !== 1)
        throw new UsageError('one of --variant, --signals and --split says what to write');
      await withRecording(path, shell.signal, async (file) => {
        const outputs = await outputsOf(file, flags, shell.signal);
        for (const [index, output] of outputs.entries()) {
          const out = flags.split ? numbered(flags.out, index + 1) : flags.out;
          const { byteLength, dataRecordCount } = output;
          await writeFileWhole(out, output.bytes(shell.signal), { isForced: Boolean(flags.force) });
          if (flags.variant !== undefined && output.variant !== flags.variant)
            shell.output.note(`${out}: written as ${output.variant}, because there is no gap`);
          if (flags.json)
            shell.output.json({ file: out, byteLength, dataRecordCount, variant: output.variant });
          else shell.output.line(`${out}: ${dataRecordCount} data records, ${formatBytes(byteLength)}`);
        }
      });
    });
}

interface ConvertFlags {
  readonly variant?: EdfVariant;
  readonly signals?: string;
  readonly dropAnnotations?: boolean;
}

async function outputsOf(file: EdfFile, flags: ConvertFlags, signal: AbortSignal): Promise<EdfOutput[]> {
  const { variant, signals, dropAnnotations } = flags;
  if (variant !== undefined) return [await convertEdf(file, variant, { dropAnnotations }, signal)];
  if (signals !== undefined)
    return [await selectSignals(file, findSignals(file, signals), { dropAnnotations }, signal)];
  return splitDiscontinuous(file, { dropAnnotations }, signal);
}

function numbered(path: string, number: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
}
