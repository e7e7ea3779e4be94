import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { openEdf, readAnnotations } from '../../../src/index.ts';
import { fileSource } from '../file-source.ts';
import { interleave } from '../interleave.ts';
import { writeDenseAnnotations } from '../recordings.ts';
import type { Figure, Row } from '../row.ts';
import { limitFigure } from '../row.ts';

const denseRecords = 2000;
const densePerRecord = 500;

/** All annotations and the timeline of a recording. */
export const annotations: Row = async ({ peers, rounds, folder, polysomnography, eeg }) => {
  const figures: Figure[] = [];
  const { edflib } = peers;
  for (const recording of [polysomnography, eeg]) {
    const measured = await interleave(rounds, {
      ours: () => readAll(recording.file),
      edflib: edflib === null ? null : () => edflib('annotations', recording.file),
    });
    const share = 1 / measured.times('ours', 'edflib');
    figures.push(limitFigure(`annotations (${recording.name})`, "EDFlib's time", share, '×', 0.4));
  }
  const dense = writeDenseAnnotations(path.join(folder, 'dense.edf'), denseRecords, densePerRecord);
  const measured = await interleave(rounds, { ours: () => readAll(dense.file) });
  const rate = (denseRecords * (densePerRecord + 1)) / measured.seconds('ours') / 1e6;
  figures.push({
    job: 'annotations, dense',
    against: 'TALs per second',
    measured: `${rate.toFixed(2)} million`,
    goal: '≥ 5 million',
    isReached: rate >= 5,
  });
  return figures;
};

async function readAll(name: string): Promise<void> {
  const descriptor = openSync(name, 'r');
  await readAnnotations(await openEdf(fileSource(descriptor)));
  closeSync(descriptor);
}
