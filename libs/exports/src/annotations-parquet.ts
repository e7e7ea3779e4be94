import type { Annotation } from '@edf-pipeline/edf';
import { parquetFile } from './parquet-file.ts';

const schemaVersion = 1;

/**
 * annotations.parquet: one row per annotation, in the order given. `onset_ns` and `duration_ns` are nanoseconds (the
 * onset from the header's start date and time), `onset_text` and `duration_text` the same as written in the file,
 * `record` and `signal` where it stands there. Holds text that may identify people.
 */
export function annotationsParquet(annotations: readonly Annotation[]): Uint8Array {
  return parquetFile(
    [
      { name: 'onset_ns', type: 'INT64', data: annotations.map(({ onsetNs }) => onsetNs) },
      { name: 'onset_text', type: 'STRING', data: annotations.map(({ onsetText }) => onsetText) },
      {
        name: 'duration_ns',
        type: 'INT64',
        nullable: true,
        data: annotations.map(({ durationNs }) => durationNs),
      },
      {
        name: 'duration_text',
        type: 'STRING',
        nullable: true,
        data: annotations.map(({ durationText }) => durationText),
      },
      { name: 'text', type: 'STRING', data: annotations.map(({ text }) => text) },
      { name: 'record', type: 'INT32', data: annotations.map(({ record }) => record) },
      { name: 'signal', type: 'INT32', data: annotations.map(({ signal }) => signal) },
    ],
    schemaVersion,
  );
}
