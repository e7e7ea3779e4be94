import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { statisticsParquet } from './statistics-parquet.ts';
import { smallRecording } from './test-support/small-recording.ts';

const { header, result } = smallRecording();
const { statistics, epochStatistics } = result;

test('each signal has a row for the whole recording and one for each epoch', async () => {
  const bytes = statisticsParquet(result, header);
  const rows = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
  expect(rows).toHaveLength(3 * 21);
  expect(rows.map((row) => row['epoch'])).toEqual(
    statistics.flatMap(() => [-1, ...Array.from({ length: 20 }, (_, epoch) => epoch)]),
  );
  expect(rows[0]).toEqual({
    signal: 0,
    label: 'EEG C4-M1',
    unit: 'uV',
    epoch: -1,
    start_ns: null,
    sample_count: 38_400n,
    min: statistics[0]!.physicalMin,
    max: statistics[0]!.physicalMax,
    mean: statistics[0]!.mean,
    standard_deviation: statistics[0]!.standardDeviation,
    clipped_count: 0n,
    flat_count: BigInt(statistics[0]!.flatCount),
    digital_min: -900,
    digital_max: 900,
    root_mean_square: statistics[0]!.rootMeanSquare,
    out_of_range_count: 0,
    longest_flat_seconds: statistics[0]!.longestFlatSeconds,
  });
  // Epoch 10 is the first after the gap.
  expect(rows[11]).toMatchObject({
    epoch: 10,
    start_ns: 600_000_000_000n,
    sample_count: 1920n,
    mean: epochStatistics.mean[10],
    standard_deviation: epochStatistics.standardDeviation[10],
    root_mean_square: null,
  });
});

test('a signal that is not calibrated has digital values and no unit', async () => {
  const rows = await parquetReadObjects({ file: statisticsParquet(result, header).buffer as ArrayBuffer });
  expect(rows[2 * 21]).toMatchObject({ label: 'Position', unit: '', min: 2, max: 601 });
});

test('the same statistics give the same bytes, with their schema version', () => {
  const bytes = statisticsParquet(result, header);
  expect(statisticsParquet(smallRecording().result, header)).toEqual(bytes);
  expect(parquetMetadata(bytes.buffer as ArrayBuffer).key_value_metadata).toContainEqual({
    key: 'schemaVersion',
    value: '1',
  });
});

test('what has no samples is null, and no signals are no rows', async () => {
  const empty = { ...statistics[0]!, sampleCount: 0, mean: NaN, physicalMin: NaN };
  const noEpochs = { ...epochStatistics, signal: new Int32Array(0) };
  const of = (list: typeof statistics) =>
    parquetReadObjects({
      file: statisticsParquet({ statistics: list, epochStatistics: noEpochs }, header).buffer as ArrayBuffer,
    });
  expect(await of([empty])).toMatchObject([{ sample_count: 0n, mean: null, min: null }]);
  expect(await of([])).toEqual([]);
});
