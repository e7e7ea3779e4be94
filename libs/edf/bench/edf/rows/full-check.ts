import { closeSync, openSync } from 'node:fs';
import { checkEdf } from '../../../src/index.ts';
import { fileSource } from '../file-source.ts';
import { interleave } from '../interleave.ts';
import { peakMebibytes } from '../peak-memory.ts';
import type { Figure, Row } from '../row.ts';
import { limitFigure, ratioFigure } from '../row.ts';

/** Every check there is: header, times, annotations and all samples. */
export const fullCheck: Row = async ({ peers, rounds, folder, polysomnography, eeg }) => {
  const figures: Figure[] = [];
  const { c } = peers;
  for (const recording of [polysomnography, eeg]) {
    const descriptor = openSync(recording.file, 'r');
    const source = fileSource(descriptor);
    const measured = await interleave(rounds, {
      read: c === null ? null : () => c('read', recording.file),
      check: async () => {
        const { dataRecordCount } = await checkEdf(source);
        if (dataRecordCount !== recording.recordCount)
          throw new Error(`${recording.name} was not read whole.`);
      },
    });
    closeSync(descriptor);
    const speed = (recording.byteLength / 1e9 / measured.seconds('check')).toFixed(2);
    const job = `full check (${recording.name}, ${speed} GB/s)`;
    const peak = peakMebibytes(folder, recording.file, 'check');
    figures.push(
      ratioFigure(job, 'page-cache read', measured.times('check', 'read'), 0.25),
      limitFigure(job, 'peak memory of the process', peak, 'MiB', 100),
    );
  }
  return figures;
};
