import type { EdfHeader } from '@edf-pipeline/edf';
import { digitalSamplesInto } from '@edf-pipeline/edf';
import type { LruCache } from './lru-cache.ts';
import type { Piece } from './range-loader.ts';
import type { PageData, SampleSegment } from './series.ts';
import type { RecordSlice } from './timeline.ts';

const chunkBytes = 256 * 1024;

/** Data records that are fetched together: about 256 KiB of them. */
export function recordsPerChunk(dataRecordByteLength: number): number {
  return Math.max(1, Math.round(chunkBytes / Math.max(1, dataRecordByteLength)));
}

/** Bytes of the file that the slices of a page take, chunks rounded up. */
export function rawByteLength(slices: readonly RecordSlice[], header: EdfHeader): number {
  return slices.reduce((bytes, { recordCount }) => bytes + recordCount * header.dataRecordByteLength, 0);
}

/** The chunks of the EDF that hold the records of a page. */
export function piecesOfRecords(
  slices: readonly RecordSlice[],
  header: EdfHeader,
  dataRecordCount: number,
): Piece[] {
  const perChunk = recordsPerChunk(header.dataRecordByteLength);
  const chunks = new Set<number>();
  for (const { firstRecord, recordCount } of slices) {
    const last = Math.floor((firstRecord + recordCount - 1) / perChunk);
    for (let chunk = Math.floor(firstRecord / perChunk); chunk <= last; chunk++) chunks.add(chunk);
  }
  const byteOf = (record: number) => header.headerByteLength + record * header.dataRecordByteLength;
  return [...chunks].map((chunk) => ({
    key: `edf:${chunk}`,
    start: byteOf(chunk * perChunk),
    end: byteOf(Math.min((chunk + 1) * perChunk, dataRecordCount)),
  }));
}

/** Samples of the wanted signals from cached chunks, or null while a chunk is missing. */
export function rawPage(
  slices: readonly RecordSlice[],
  header: EdfHeader,
  signals: readonly number[],
  cache: LruCache<Uint8Array>,
): PageData | null {
  const perChunk = recordsPerChunk(header.dataRecordByteLength);
  const series = new Map<number, SampleSegment[]>(signals.map((signal) => [signal, []]));
  for (const { run, firstRecord, recordCount } of slices) {
    const outputs = signals.map(
      (signal) => new Int32Array(header.signals[signal]!.samplesPerDataRecord * recordCount),
    );
    for (let record = firstRecord; record < firstRecord + recordCount;) {
      const chunk = Math.floor(record / perChunk);
      const bytes = cache.get(`edf:${chunk}`);
      if (!bytes) return null;
      const inChunk = record - chunk * perChunk;
      const held = Math.floor(bytes.byteLength / header.dataRecordByteLength) - inChunk;
      const count = Math.min(held, firstRecord + recordCount - record);
      if (count <= 0) break;
      const part = bytes.subarray(
        inChunk * header.dataRecordByteLength,
        (inChunk + count) * header.dataRecordByteLength,
      );
      signals.forEach((signal, at) => {
        const of = header.signals[signal]!;
        digitalSamplesInto(
          header,
          of,
          part,
          count,
          outputs[at]!,
          (record - firstRecord) * of.samplesPerDataRecord,
        );
      });
      record += count;
    }
    const start = run.start + (firstRecord - run.firstRecord) * header.dataRecordDurationSeconds;
    signals.forEach((signal, at) => {
      const step = header.dataRecordDurationSeconds / header.signals[signal]!.samplesPerDataRecord;
      if (Number.isFinite(step))
        series.get(signal)!.push({ kind: 'samples', start, step, values: outputs[at]! });
    });
  }
  return { kind: 'raw', series };
}
