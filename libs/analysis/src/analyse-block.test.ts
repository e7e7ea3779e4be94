import { encodeDataRecord, encodeHeader, parseHeader } from '@edf-pipeline/edf';
import type { WriteOptions } from '@edf-pipeline/edf';
import { analyseBlock } from './analyse-block.ts';
import { partialTransferables } from './block-partial.ts';
import { blockRange, planAnalysis } from './plan.ts';
import { AnalysisReducer } from './reduce.ts';
import { analyseRecording } from './test-support/analyse-recording.ts';
import { generateRecording, joined } from './test-support/generated-recording.ts';

function fileOf(options: WriteOptions, samplesOf: (record: number) => ArrayLike<number>[]): Uint8Array {
  const records = Array.from({ length: options.dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, { samples: samplesOf(record) }),
  );
  return joined([encodeHeader(options), ...records]);
}

const base = { startDateTime: '2024-05-02T22:30:00', dataRecordDurationSeconds: 1, dataRecordCount: 90 };
const signal = { label: 'S', physicalDimension: 'uV', physicalMin: -1, physicalMax: 1 };

test('a partial survives a transfer to another thread and need not see the bytes again', () => {
  const { header, file } = generateRecording({
    variant: 'EDF+D',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 60,
    samplesPerDataRecord: [100, 1],
    gaps: [20],
    seed: 2,
  });
  const plan = planAnalysis(header, 60, { blockByteLength: 10 * header.dataRecordByteLength });
  const tiles: Uint8Array[] = [];
  const reducer = new AnalysisReducer(plan, { overview: (tile) => tiles.push(tile) });
  for (let block = 0; block < plan.blockCount; block++) {
    const { start, end } = blockRange(plan, block);
    const bytes = file.slice(start, end);
    const partial = analyseBlock(plan, block, bytes);
    bytes.fill(0xff);
    reducer.add(structuredClone(partial, { transfer: partialTransferables(partial) }));
  }
  expect({ ...reducer.finish(), overview: joined(tiles) }).toEqual(analyseRecording(header, file));
});

test('24-bit samples at the limits are summed exactly', () => {
  const options: WriteOptions = {
    ...base,
    variant: 'BDF',
    signals: [{ ...signal, samplesPerDataRecord: 1024 }],
  };
  const file = fileOf(options, () => [new Int32Array(1024).fill(-8388608)]);
  const [statistics] = analyseRecording(parseHeader(file), file, 11).statistics;
  expect(statistics).toMatchObject({
    mean: -1,
    standardDeviation: 0,
    rootMeanSquare: 1,
    clippedCount: 90 * 1024,
    outOfRangeCount: 0,
    flatCount: 90 * 1024 - 1,
    longestFlatSeconds: (90 * 1024 - 1) / 1024,
  });
});

test('a saturated, a flat and a long resting signal each are a finding', () => {
  const signals = [1, 1, 100].map((samplesPerDataRecord) => ({ ...signal, samplesPerDataRecord }));
  const options: WriteOptions = { ...base, variant: 'EDF', signals };
  const file = fileOf(options, (record) => [
    [record < 2 ? 32767 : record],
    [5],
    Array.from({ length: 100 }, (_, i) => (record < 10 ? i : 7)),
  ]);
  const { findings } = analyseRecording(parseHeader(file), file, 4);
  expect(findings.map(({ id, signal: index, message }) => [id, index, message])).toEqual([
    ['EDF065', 0, 'Signal 1 is at a limit of its digital range (-32768 to 32767) for 2.2 % of its samples.'],
    ['EDF065', 1, 'Signal 2 has one value, 5, throughout the recording.'],
    ['EDF065', 2, 'Signal 3 does not change for 79 seconds.'],
  ]);
});

test('a signal that is not calibrated is measured in digital values', () => {
  const options: WriteOptions = {
    ...base,
    variant: 'EDF',
    signals: [{ ...signal, physicalMin: 0, physicalMax: 0, samplesPerDataRecord: 2 }],
  };
  const file = fileOf(options, (record) => [[record, -record]]);
  const [statistics] = analyseRecording(parseHeader(file), file).statistics;
  expect(statistics).toMatchObject({ physicalMin: -89, physicalMax: 89, mean: 0 });
});

test('recordings of annotations alone, or whose data records last no time, give empty results', () => {
  const annotationsOnly: WriteOptions = {
    ...base,
    variant: 'EDF+C',
    signals: [],
    dataRecordDurationSeconds: 0,
  };
  const timeless: WriteOptions = {
    ...base,
    variant: 'EDF',
    signals: [{ ...signal, samplesPerDataRecord: 3 }],
    dataRecordDurationSeconds: 0,
  };
  for (const [options, samples] of [
    [annotationsOnly, []],
    [timeless, [[1, 2, 3]]],
  ] as const) {
    const file = fileOf(options, () => [...samples]);
    for (const recordsPerBlock of [7, Infinity]) {
      const result = analyseRecording(parseHeader(file), file, recordsPerBlock);
      expect(result.statistics).toEqual([]);
      expect(result.epochStatistics.epoch).toHaveLength(0);
      expect(result.overviewIndex.levels).toEqual([]);
      expect(result.overview).toHaveLength(0);
    }
  }
});

test('hundreds of signals and a file without a single data record are no trouble', () => {
  const signals = Array.from({ length: 300 }, (_, i) => ({ ...signal, samplesPerDataRecord: i % 40 }));
  const options: WriteOptions = { ...base, variant: 'EDF', signals, dataRecordCount: 3 };
  const file = fileOf(options, (record) =>
    signals.map((s) => new Int16Array(s.samplesPerDataRecord).fill(record)),
  );
  expect(analyseRecording(parseHeader(file), file, 2)).toEqual(analyseRecording(parseHeader(file), file));
  const empty = encodeHeader({ ...options, dataRecordCount: 0 });
  const result = analyseRecording(parseHeader(empty), empty);
  expect(result.statistics).toHaveLength(300);
  expect(result.statistics[1]).toMatchObject({ sampleCount: 0, mean: NaN });
  expect(result.overviewIndex.levels).toEqual([]);
});

test('a signal in one of many thousand runs costs one epoch and one bin a run', () => {
  const options: WriteOptions = {
    ...base,
    variant: 'EDF+D',
    signals: [{ ...signal, samplesPerDataRecord: 4 }],
    annotationsBytesPerRecord: 20,
    dataRecordCount: 3000,
  };
  const records = Array.from({ length: 3000 }, (_, record) =>
    encodeDataRecord(options, record, { onsetSeconds: record * 2, samples: [[1, 2, 3, record]] }),
  );
  const file = joined([encodeHeader(options), ...records]);
  const result = analyseRecording(parseHeader(file), file, 1000);
  expect(result.timeline.runs).toHaveLength(3000);
  expect(result.epochStatistics.epoch).toHaveLength(3000);
  expect(result.overviewIndex.levels[0]!.binCount).toBe(3000);
});
