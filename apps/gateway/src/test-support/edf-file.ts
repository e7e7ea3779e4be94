import { createHash } from 'node:crypto';
import type { EdfVariant, WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';

/** A small recording: one signal of 8 samples a second. */
export function edfFile(change: Partial<WriteOptions> = {}, variant: EdfVariant = 'EDF'): Buffer {
  const options: WriteOptions = {
    variant,
    startDateTime: '2026-02-28T23:15:30',
    dataRecordDurationSeconds: 1,
    dataRecordCount: 4,
    signals: [
      {
        label: 'EEG Fpz-Cz',
        physicalDimension: 'uV',
        physicalMin: -100,
        physicalMax: 100,
        samplesPerDataRecord: 8,
      },
    ],
    ...change,
  };
  const samples = (record: number) =>
    options.signals.map(({ samplesPerDataRecord: n }) => Array.from({ length: n }, (_, i) => record + i));
  const records = Array.from({ length: options.dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, { samples: samples(record) }),
  );
  return Buffer.concat([encodeHeader(options), ...records]);
}

export const headerOf = (file: Uint8Array) => file.subarray(0, 512);

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
