import type { AnalysisResult, EpochStatistics, SignalStatistics } from '@edf-pipeline/analysis';
import type { EdfHeader } from '@edf-pipeline/edf';
import type { ParquetColumn } from './parquet-file.ts';
import { parquetFile } from './parquet-file.ts';

const schemaVersion = 1;

/** A row of an epoch (`row` >= 0, an index into `epochs`), or of a signal's whole recording (`row` < 0). */
interface Row {
  readonly signal: EdfHeader['signals'][number];
  readonly whole: SignalStatistics;
  readonly epochs: EpochStatistics;
  readonly row: number;
}

type Column = ParquetColumn<Row>;

const columns: readonly Column[] = [
  { name: 'signal', type: 'INT32', value: ({ whole }) => whole.signal },
  { name: 'label', type: 'STRING', value: ({ signal }) => signal.label },
  { name: 'unit', type: 'STRING', value: ({ signal }) => unitOf(signal) },
  { name: 'epoch', type: 'INT32', value: ({ epochs, row }) => (row < 0 ? -1 : epochs.epoch[row]!) },
  {
    name: 'start_ns',
    type: 'INT64',
    nullable: true,
    value: ({ epochs, row }) => (row < 0 ? null : epochs.startNs[row]!),
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
  wholeOnly('digital_min', (whole) => whole.digitalMin),
  wholeOnly('digital_max', (whole) => whole.digitalMax),
  wholeOnly('root_mean_square', (whole) => whole.rootMeanSquare),
  wholeOnly('out_of_range_count', (whole) => whole.outOfRangeCount),
  wholeOnly('longest_flat_seconds', (whole) => whole.longestFlatSeconds),
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
  return parquetFile(rowsBySignal(result.statistics, result.epochStatistics, header), columns, schemaVersion);
}

/** Digital values have no unit. */
function unitOf({ isCalibrated, physicalDimension }: Row['signal']): string {
  return isCalibrated ? physicalDimension : '';
}

function rowsBySignal(
  statistics: readonly SignalStatistics[],
  epochs: EpochStatistics,
  header: EdfHeader,
): Row[] {
  const rows: Row[] = [];
  let row = 0;
  for (const whole of statistics) {
    const signal = header.signals[whole.signal]!;
    rows.push({ signal, whole, epochs, row: -1 });
    for (; row < epochs.signal.length && epochs.signal[row] === whole.signal; row++)
      rows.push({ signal, whole, epochs, row });
  }
  return rows;
}

type EpochColumn =
  'min' | 'max' | 'mean' | 'standardDeviation' | 'clippedCount' | 'flatCount' | 'sampleCount';

function number(ofWhole: (whole: SignalStatistics) => number, ofEpoch: EpochColumn) {
  return ({ whole, epochs, row }: Row) => orNull(row < 0 ? ofWhole(whole) : epochs[ofEpoch][row]!);
}

function count(ofWhole: (whole: SignalStatistics) => number, ofEpoch: EpochColumn) {
  return ({ whole, epochs, row }: Row) => BigInt(row < 0 ? ofWhole(whole) : epochs[ofEpoch][row]!);
}

function wholeOnly(name: string, ofWhole: (whole: SignalStatistics) => number): Column {
  return {
    name,
    type: 'DOUBLE',
    nullable: true,
    value: ({ whole, row }) => (row < 0 ? orNull(ofWhole(whole)) : null),
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
