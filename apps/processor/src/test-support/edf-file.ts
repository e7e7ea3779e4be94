import type { EdfVariant, WriteOptions, WriteRecord } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';

export interface FileRecipe {
  readonly variant?: EdfVariant;
  readonly dataRecordCount?: number;
  readonly samplesPerDataRecord?: readonly number[];
  readonly options?: Partial<WriteOptions>;
  /** What a data record has besides its samples. */
  readonly record?: (record: number) => Partial<WriteRecord>;
}

/** A recording of counted values, two signals of 64 and 1 samples a second unless told otherwise. */
export function edfFile({
  variant = 'EDF',
  dataRecordCount = 90,
  samplesPerDataRecord = [64, 1],
  options = {},
  record: more,
}: FileRecipe = {}): Buffer {
  const write: WriteOptions = {
    variant,
    startDateTime: '2026-02-28T23:15:30',
    dataRecordDurationSeconds: 1,
    dataRecordCount,
    signals: samplesPerDataRecord.map((count, index) => ({
      label: `EEG ${index}`,
      physicalDimension: 'uV',
      physicalMin: -100,
      physicalMax: 100,
      digitalMin: -2048,
      digitalMax: 2047,
      samplesPerDataRecord: count,
    })),
    ...options,
  };
  const samplesOf = (record: number) =>
    write.signals.map(({ samplesPerDataRecord: count }, signal) =>
      Array.from({ length: count }, (_, at) => ((record * 31 + at * 97 + signal * 7) % 4096) - 2048),
    );
  const records = Array.from({ length: dataRecordCount }, (_, record) =>
    encodeDataRecord(write, record, { samples: samplesOf(record), ...more?.(record) }),
  );
  return Buffer.concat([encodeHeader(write), ...records]);
}

/** An EDF+D recording with gaps, annotations and sleep stages. */
export function discontinuousFile(): Buffer {
  return edfFile({
    variant: 'EDF+D',
    record: (record) => {
      const onsetSeconds = record + (record >= 40 ? 100 : 0);
      const stage = record % 30 === 0 ? [{ onsetSeconds, durationSeconds: 30, text: 'Sleep stage W' }] : [];
      return {
        onsetSeconds,
        annotations: [...stage, ...(record === 7 ? [{ onsetSeconds, text: 'Lights off' }] : [])],
      };
    },
  });
}
