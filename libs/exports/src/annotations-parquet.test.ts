import type { Annotation } from '@edf-pipeline/edf';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { annotationsParquet } from './annotations-parquet.ts';

const annotations: Annotation[] = [
  {
    onsetNs: 1_500_000_001n,
    onsetText: '+1.500000001',
    durationNs: 30_000_000_000n,
    durationText: '30',
    text: 'Apnée <obstructive> 中',
    record: 1,
    signal: 3,
  },
  {
    onsetNs: -9_223_372_036_854_775_807n,
    onsetText: '-9223372036.854775807',
    durationNs: null,
    durationText: null,
    text: '',
    record: 2_000_000,
    signal: 0,
  },
];

test('annotations read back as they were, times as 64-bit nanoseconds', async () => {
  const bytes = annotationsParquet(annotations);
  const file = bytes.buffer as ArrayBuffer;
  expect(await parquetReadObjects({ file })).toEqual([
    {
      onset_ns: 1_500_000_001n,
      onset_text: '+1.500000001',
      duration_ns: 30_000_000_000n,
      duration_text: '30',
      text: 'Apnée <obstructive> 中',
      record: 1,
      signal: 3,
    },
    {
      onset_ns: -9_223_372_036_854_775_807n,
      onset_text: '-9223372036.854775807',
      duration_ns: null,
      duration_text: null,
      text: '',
      record: 2_000_000,
      signal: 0,
    },
  ]);
  const metadata = parquetMetadata(file);
  expect(metadata.key_value_metadata).toContainEqual({ key: 'schemaVersion', value: '1' });
  expect(
    metadata.schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type]),
  ).toEqual([
    ['onset_ns', 'INT64', 'REQUIRED'],
    ['onset_text', 'BYTE_ARRAY', 'REQUIRED'],
    ['duration_ns', 'INT64', 'OPTIONAL'],
    ['duration_text', 'BYTE_ARRAY', 'OPTIONAL'],
    ['text', 'BYTE_ARRAY', 'REQUIRED'],
    ['record', 'INT32', 'REQUIRED'],
    ['signal', 'INT32', 'REQUIRED'],
  ]);
});

test('the same annotations give the same bytes', () => {
  expect(annotationsParquet(annotations)).toEqual(annotationsParquet(structuredClone(annotations)));
});

test('a recording without annotations gives a table without rows', async () => {
  const file = annotationsParquet([]).buffer as ArrayBuffer;
  expect(await parquetReadObjects({ file })).toEqual([]);
  expect(parquetMetadata(file).schema).toHaveLength(8);
});
