import { decimalFromNanoseconds, readAnnotations } from '@edf-pipeline/edf';
import type { Annotation } from '@edf-pipeline/edf';
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.ts';
import type { Shell } from '../shell.ts';
import { withRecording } from '../with-recording.ts';

/** `edf annotations`: what the annotations signals say, in file order. */
export function addAnnotationsCommand(program: Command, shell: Shell): void {
  program
    .command('annotations')
    .description('annotations of a recording: onset and duration in seconds, text')
    .argument('<file>', 'recording')
    .option('--json', 'one object a line')
    .addOption(new Option('--format <format>', 'a table for programs').choices(['csv', 'tsv']))
    .action(async (path: string, flags) => {
      if (flags.json && flags.format) throw new UsageError('--json or --format, not both');
      await withRecording(path, shell.signal, async (file) => {
        const { annotations } = await readAnnotations(file, shell.signal);
        if (flags.format)
          await shell.output.data('onset,duration,text\n'.replaceAll(',', separators[flags.format]!));
        for (const annotation of annotations) {
          if (flags.json) shell.output.json(asJson(annotation));
          else if (flags.format) await shell.output.data(tableLine(annotation, flags.format));
          else shell.output.line(peopleLine(annotation));
        }
      });
    });
}

const separators: Record<string, string> = { csv: ',', tsv: '\t' };

function asJson({ onsetNs, durationNs, text, record, signal }: Annotation): object {
  return {
    onsetSeconds: Number(decimalFromNanoseconds(onsetNs)),
    onsetNs: String(onsetNs),
    durationSeconds: durationNs === null ? null : Number(decimalFromNanoseconds(durationNs)),
    text,
    record,
    signal,
  };
}

function tableLine({ onsetNs, durationNs, text }: Annotation, format: string): string {
  const separator = separators[format]!;
  const duration = durationNs === null ? 'n/a' : decimalFromNanoseconds(durationNs);
  return `${[decimalFromNanoseconds(onsetNs), duration, cell(text, format)].join(separator)}\n`;
}

/** CSV quotes [RFC 4180]; TSV cannot, so what would end a cell becomes a space. */
function cell(text: string, format: string): string {
  if (format === 'tsv') return text.replace(/[\t\r\n]+/g, ' ');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function peopleLine({ onsetNs, durationNs, text }: Annotation): string {
  const duration = durationNs === null ? '' : decimalFromNanoseconds(durationNs);
  return `${decimalFromNanoseconds(onsetNs).padStart(14)}  ${duration.padStart(8)}  ${text}`;
}
