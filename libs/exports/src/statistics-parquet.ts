import type { AnalysisResult, EpochStatistics, SignalStatistics } from '@edf-pipeline/analysis';
import type { EdfHeader } from '@edf-pipeline/edf';
import type { ParquetColumn } from './parquet-file.ts';
import { parquetFile } from './parquet-file.ts';

const schemaVersion = 1;

type Measure = (whole: SignalStatistics, epochs: EpochStatistics, row: number) => number | bigint | null;

/** A column: its value in a row of an epoch (`row` >= 0) or of the whole recording (`row` < 0). */
interface Column {
  readonly name: string;
  readonly type: ParquetColumn['type'];
  readonly nullable?: boolean;
  readonly value: Measure;
}

const columns: readonly Column[] = [
  { name: 'signal', type: 'INT32', value: (whole) => whole.signal },
  { name: 'epoch', type: 'INT32', value: (_, epochs, row) => (row < 0 ? -1 : epochs.epoch[row]!) },
  {
    name: 'start_ns',
    type: 'INT64',
    nullable: true,
    value: (_, epochs, row) => (row < 0 ? null : epochs.startNs[row]!),
  },
  { name: 'sample_count', type: 'INT64', value: count((whole) => whole.sampleCount, 'sampleCount') },
  { name: 'min', type: 'DOUBLE', nullable: true, value: number((whole) => whole.physicalMin, 'min') },
  { name: 'max', type: 'DOUBLE', nullable: true, value: number((whole) => whole.physicalMax, 'max') },
  { name: 'mean', type: 'DOUBLE', nullable: true, value: number((whole) => whole.mean, 'mean') },
  {
    name: 'standard_deviation',
    type: 'DOUBLE',
    nullable: true,
    value: number((whole) => whole.standardDeviation, 'standardDeviation'),
  },
  { name: 'clipped_count', type: 'INT64', value: count((whole) => whole.clippedCount, 'clippedCount') },
  { name: 'flat_count', type: 'INT64', value: count((whole) => whole.flatCount, 'flatCount') },
  ...wholeOnly('digital_min', (whole) => whole.digitalMin),
  ...wholeOnly('digital_max', (whole) => whole.digitalMax),
  ...wholeOnly('root_mean_square', (whole) => whole.rootMeanSquare),
  ...wholeOnly('out_of_range_count', (whole) => whole.outOfRangeCount),
  ...wholeOnly('longest_flat_seconds', (whole) => whole.longestFlatSeconds),
];

/**
 * statistics.parquet: for each ordinary signal a row with `epoch` -1 for the whole recording, then one per epoch.
 * `min`, `max`, `mean` and `standard_deviation` are in `unit`; what has no value (no samples, or a measure that is
 * only known of the whole) is null.
 */
export function statisticsParquet(
  result: Pick<AnalysisResult, 'statistics' | 'epochStatistics'>,
  header: EdfHeader,
): Uint8Array {
  const { statistics, epochStatistics } = result;
  const rows = rowsBySignal(statistics, epochStatistics);
  const signalOf = (whole: SignalStatistics) => header.signals[whole.signal]!;
  const table: ParquetColumn[] = columns.map(({ name, type, nullable, value }) => ({
    name,
    type,
    nullable,
    data: rows.map(({ whole, row }) => value(whole, epochStatistics, row)),
  }));
  const label = {
    name: 'label',
    type: 'STRING',
    data: rows.map(({ whole }) => signalOf(whole).label),
  } as const;
  const unit = {
    name: 'unit',
    type: 'STRING',
    data: rows.map(({ whole }) => unitOf(signalOf(whole))),
  } as const;
  table.splice(1, 0, label, unit);
  return parquetFile(table, schemaVersion);
}

/** Digital values have no unit. */
function unitOf({ isCalibrated, physicalDimension }: EdfHeader['signals'][number]): string {
  return isCalibrated ? physicalDimension : '';
}

function rowsBySignal(statistics: readonly SignalStatistics[], epochs: EpochStatistics) {
  const rows: { whole: SignalStatistics; row: number }[] = [];
  let row = 0;
  for (const whole of statistics) {
    rows.push({ whole, row: -1 });
    for (; row < epochs.signal.length && epochs.signal[row] === whole.signal; row++)
      rows.push({ whole, row });
  }
  return rows;
}

type EpochColumn =
  'min' | 'max' | 'mean' | 'standardDeviation' | 'clippedCount' | 'flatCount' | 'sampleCount';

function number(ofWhole: (whole: SignalStatistics) => number, ofEpoch: EpochColumn): Measure {
  return (whole, epochs, row) => orNull(row < 0 ? ofWhole(whole) : epochs[ofEpoch][row]!);
}

function count(ofWhole: (whole: SignalStatistics) => number, ofEpoch: EpochColumn): Measure {
  return (whole, epochs, row) => BigInt(row < 0 ? ofWhole(whole) : epochs[ofEpoch][row]!);
}

function wholeOnly(name: string, ofWhole: (whole: SignalStatistics) => number): Column[] {
  return [
    {
      name,
      type: 'DOUBLE',
      nullable: true,
      value: (whole, _, row) => (row < 0 ? orNull(ofWhole(whole)) : null),
    },
  ];
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
