import type { Annotation } from '@edf-pipeline/edf';
import type { ParquetColumn } from './parquet-file.ts';
import { parquetFile } from './parquet-file.ts';

const schemaVersion = 1;

const columns: readonly ParquetColumn<Annotation>[] = [
  { name: 'onset_ns', type: 'INT64', value: ({ onsetNs }) => onsetNs },
  { name: 'onset_text', type: 'STRING', value: ({ onsetText }) => onsetText },
  { name: 'duration_ns', type: 'INT64', nullable: true, value: ({ durationNs }) => durationNs },
  { name: 'duration_text', type: 'STRING', nullable: true, value: ({ durationText }) => durationText },
  { name: 'text', type: 'STRING', value: ({ text }) => text },
  { name: 'record', type: 'INT32', value: ({ record }) => record },
  { name: 'signal', type: 'INT32', value: ({ signal }) => signal },
];

/**
 * annotations.parquet: one row per annotation, in the order given. `onset_ns` and `duration_ns` are nanoseconds (the
 * onset from the header's start date and time), `onset_text` and `duration_text` the same as written in the file,
 * `record` and `signal` where it stands there. Holds text that may identify people.
 */
export function annotationsParquet(annotations: readonly Annotation[]): Uint8Array {
  return parquetFile(annotations, columns, schemaVersion);
}
