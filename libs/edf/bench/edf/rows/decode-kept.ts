import { closeSync, openSync } from 'node:fs';
import { createSamplePool, openEdf } from '../../../src/index.ts';
import { fileSource } from '../file-source.ts';
import { interleave } from '../interleave.ts';
import { keep } from '../jobs.ts';
import type { Figure, Row } from '../row.ts';
import { ratioFigure } from '../row.ts';

/** Every sample kept as float32: in memory used before, and in memory the process never had. */
export const decodeKept: Row = async ({ peers, rounds, polysomnography, eeg }) => {
  const figures: Figure[] = [];
  const { c, python } = peers;
  for (const recording of [polysomnography, eeg]) {
    const descriptor = openSync(recording.file, 'r');
    const file = await openEdf(fileSource(descriptor));
    const pool = await createSamplePool();
    const pooled = await interleave(rounds, {
      pooled: () => keep(file, pool),
      cPooled: c === null ? null : () => c('kept', recording.file),
      numpy: python === null ? null : () => python('numpy', recording.file),
    });
    const fresh = await interleave(rounds, {
      fresh: () => keep(file),
      cFresh: c === null ? null : () => c('fresh', recording.file),
    });
    closeSync(descriptor);
    const job = (memory: string): string => `full decode kept, ${memory} (${recording.name})`;
    figures.push(
      ratioFigure(job('pooled'), 'C -O3 -march=native, same memory', pooled.times('pooled', 'cPooled'), 0.95),
      ratioFigure(job('pooled'), 'numpy float32, same memory', pooled.times('pooled', 'numpy'), 1),
      ratioFigure(job('fresh'), 'C -O3 -march=native, fresh memory', fresh.times('fresh', 'cFresh'), 0.75),
    );
  }
  return figures;
};
