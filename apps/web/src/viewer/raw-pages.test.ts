import type { WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader, parseHeader } from '@edf-pipeline/edf';
import { LruCache } from './lru-cache.ts';
import { piecesOfRecords, rawPage, recordsPerChunk } from './raw-pages.ts';
import { recordsOf, shownRuns } from './timeline.ts';

function recordingOf(variant: 'EDF' | 'BDF', digitalMax: number) {
  const signal = {
    physicalDimension: 'uV',
    physicalMin: -100,
    physicalMax: 100,
    digitalMin: -digitalMax,
    digitalMax,
  };
  const options: WriteOptions = {
    variant,
    startDateTime: '2024-03-01T22:00:00',
    dataRecordDurationSeconds: 1,
    signals: [
      { ...signal, label: 'EEG', samplesPerDataRecord: 4 },
      { ...signal, label: 'SpO2', samplesPerDataRecord: 1 },
    ],
    dataRecordCount: 10,
  };
  const records = Array.from({ length: 10 }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [[record * 4, record * 4 + 1, record * 4 + 2, -digitalMax], [record]],
    }),
  );
  const parts = [encodeHeader(options), ...records];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, header: parseHeader(bytes) };
}

test.each([
  ['EDF', 32_767],
  ['BDF', 8_388_607],
] as const)(
  'samples of a page of %s come out of cached chunks, with their own rates',
  (variant, digitalMax) => {
    const { bytes, header } = recordingOf(variant, digitalMax);
    const runs = shownRuns([{ firstRecord: 0, recordCount: 10, startNs: 0n }], 1);
    const slices = recordsOf(runs, { start: 4, end: 6 }, 1);
    const cache = new LruCache<Uint8Array>(1e6);
    expect(rawPage(slices, header, [0, 1], cache)).toBeNull();
    for (const piece of piecesOfRecords(slices, header, 10)) {
      cache.set(piece.key, bytes.subarray(piece.start, piece.end), piece.end - piece.start);
    }
    const page = rawPage(slices, header, [0, 1], cache)!;
    expect(page.series.get(1)).toEqual([
      { kind: 'samples', start: 3, step: 1, values: Int32Array.of(3, 4, 5, 6) },
    ]);
    const [eeg] = page.series.get(0)!;
    expect(eeg).toMatchObject({ start: 3, step: 0.25 });
    expect(eeg?.kind === 'samples' && Array.from(eeg.values).slice(0, 4)).toEqual([12, 13, 14, -digitalMax]);
  },
);

test('a chunk is about 256 KiB and never less than one record', () => {
  expect(recordsPerChunk(1024)).toBe(256);
  expect(recordsPerChunk(10_000_000)).toBe(1);
});
