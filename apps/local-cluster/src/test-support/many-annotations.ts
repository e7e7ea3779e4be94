import type { WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';

const PER_RECORD = 200;

/** A small EDF+C recording of so many annotations: little to read, much to remember. */
export function manyAnnotations(count: number): Buffer {
  const dataRecordCount = Math.ceil(count / PER_RECORD);
  const options: WriteOptions = {
    variant: 'EDF+C',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: 1,
    signals: [
      {
        label: 'EEG C3-M2',
        physicalDimension: 'uV',
        physicalMin: -500,
        physicalMax: 500,
        samplesPerDataRecord: 100,
      },
    ],
    dataRecordCount,
    annotationsBytesPerRecord: PER_RECORD * 40,
  };
  const records = Array.from({ length: dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [new Int16Array(100)],
      annotations: Array.from({ length: PER_RECORD }, (_, index) => ({
        onsetSeconds: record + index / PER_RECORD,
        text: `event ${record * PER_RECORD + index}`,
      })),
    }),
  );
  return Buffer.concat([encodeHeader(options), ...records]);
}
