import { closeSync, openSync } from 'node:fs';
import { createSampleDecoder, openEdf } from '../../../src/index.ts';
import { fileSource } from '../file-source.ts';
import { interleave } from '../interleave.ts';
import { streamToFloat32, streamWithOverview, streamWithStatistics } from '../jobs.ts';
import { peakMebibytes } from '../peak-memory.ts';
import type { Figure, Row } from '../row.ts';
import { limitFigure, ratioFigure } from '../row.ts';

/** Streaming: decode; decode and statistics; decode, statistics and overview. */
export const streamDecode: Row = async ({ peers, rounds, folder, polysomnography, eeg }) => {
  const figures: Figure[] = [];
  const { c, plainC, edflib } = peers;
  for (const recording of [polysomnography, eeg]) {
    const descriptor = openSync(recording.file, 'r');
    const file = await openEdf(fileSource(descriptor));
    const decoder = await createSampleDecoder(file);
    const run = (mode: string) => (c === null ? null : () => c(mode, recording.file));
    const measured = await interleave(rounds, {
      read: run('read'),
      stream: () => streamToFloat32(file, decoder),
      cStream: run('stream'),
      plainStream: plainC === null ? null : () => plainC('stream', recording.file),
      statistics: () => streamWithStatistics(file, decoder),
      cStatistics: run('stats'),
      overview: () => streamWithOverview(file, decoder),
    });
    closeSync(descriptor);
    const slow = await interleave(Math.min(rounds, 5), {
      stream: async () => {
        const again = openSync(recording.file, 'r');
        const fresh = await openEdf(fileSource(again));
        await streamToFloat32(fresh, await createSampleDecoder(fresh));
        closeSync(again);
      },
      edflib: edflib === null ? null : () => edflib('stream', recording.file),
    });
    const speed = (recording.byteLength / 1e9 / measured.seconds('stream')).toFixed(2);
    const job = `stream decode to float32, fast kernel (${recording.name}, ${speed} GB/s)`;
    figures.push(
      ratioFigure(job, 'EDFlib', slow.times('stream', 'edflib'), 20),
      ratioFigure(job, 'C -O3 -march=native', measured.times('stream', 'cStream'), 0.85),
      ratioFigure(job, 'C -O3', measured.times('stream', 'plainStream'), 0.85),
      ratioFigure(job, 'page-cache read', measured.times('stream', 'read'), 0.6),
      limitFigure(
        job,
        'peak memory of the process',
        peakMebibytes(folder, recording.file, 'stream'),
        'MiB',
        65,
      ),
      ratioFigure(
        `decode + exact statistics (${recording.name})`,
        'C -O3 -march=native',
        measured.times('statistics', 'cStatistics'),
        0.95,
      ),
      ratioFigure(
        `decode + statistics + overview pyramid (${recording.name})`,
        'page-cache read',
        measured.times('overview', 'read'),
        0.4,
      ),
    );
  }
  return figures;
};
