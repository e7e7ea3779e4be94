import { readAnnotations } from '@edf-pipeline/edf';
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../exit-code.ts';
import { findSignal } from '../find-signal.ts';
import { seconds } from '../options.ts';
import { allSamples, sampleStream, segmentsOf } from '../sample-stream.ts';
import type { SampleRequest } from '../sample-stream.ts';
import type { Shell } from '../shell.ts';
import { withRecording } from '../with-recording.ts';

const maxNs = 9_223_372_036_854_775_807n;

/** `edf read`: the samples of one signal on standard output. */
export function addReadCommand(program: Command, shell: Shell): void {
  program
    .command('read')
    .description('samples of one signal on standard output')
    .argument('<file>', 'recording')
    .requiredOption('--signal <index|label>', 'index from 0, as edf info shows it, or label')
    .option('--from <seconds>', 'from this time after the start', seconds('--from'))
    .option('--to <seconds>', 'to this time after the start, not included', seconds('--to'))
    .option('--digital', 'stored integers, never clipped')
    .option('--physical', 'values in the physical dimension (default)')
    .addOption(
      new Option('--format <format>', 'raw: int32 or float64, little-endian, nothing between runs')
        .choices(['raw', 'csv', 'json'])
        .default('csv'),
    )
    .action(async (path: string, flags) => {
      if (flags.digital && flags.physical) throw new UsageError('--digital or --physical, not both');
      const [fromNs, toNs]: [bigint, bigint] = [flags.from ?? -maxNs, flags.to ?? maxNs];
      if (fromNs >= toNs) throw new UsageError('--to is not after --from');
      await withRecording(path, shell.signal, async (file) => {
        const signal = findSignal(file, flags.signal);
        const isWhole = flags.from === undefined && flags.to === undefined;
        // Raw samples of a continuous file need no times: those would cost a pass over it.
        const needsTimes = !isWhole || flags.format !== 'raw' || file.header.variant.endsWith('+D');
        const runs = needsTimes ? (await readAnnotations(file, shell.signal)).timeline.runs : [];
        const request: SampleRequest = {
          signal,
          isPhysical: !flags.digital,
          format: flags.format,
          runs,
          fromNs,
          toNs,
        };
        const segments = needsTimes ? segmentsOf(file, request) : allSamples(file, signal);
        if (request.isPhysical && !signal.isCalibrated) {
          shell.output.note(
            `signal ${signal.index} is not calibrated: physical values are the stored integers`,
          );
        }
        if (segments.length > 1) {
          shell.output.note(
            `${segments.length} runs with gaps between them; csv and json say when each begins`,
          );
        }
        for await (const piece of sampleStream(file, request, segments, shell.signal))
          await shell.output.data(piece);
      });
    });
}
