import { randomInt } from 'node:crypto';
import type { WriteOptions, WriteRecord, WriteSignal } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';

export interface EdfSpec {
  readonly variant?: WriteOptions['variant'];
  readonly signals?: WriteSignal[];
  readonly dataRecordCount?: number;
  readonly dataRecordDurationSeconds?: number;
  readonly onsetSeconds?: (record: number) => number;
  readonly annotations?: (record: number) => WriteRecord['annotations'];
  readonly annotationsBytesPerRecord?: number;
}

export const signal = (label: string, samplesPerDataRecord: number): WriteSignal => ({
  label,
  physicalDimension: 'uV',
  physicalMin: -3276.8,
  physicalMax: 3276.7,
  samplesPerDataRecord,
  transducerType: 'AgAgCl electrode',
  prefiltering: 'HP:0.1Hz LP:75Hz N:50Hz',
});

/** A recording of slow triangles; its first sample is random, so that no two have the same bytes. */
export function edfBytes(spec: EdfSpec = {}): Buffer {
  const { signals = [signal('EEG Fpz-Cz', 100), signal('EMG chin', 100)], dataRecordCount = 10 } = spec;
  const options: WriteOptions = {
    variant: spec.variant ?? 'EDF',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: spec.dataRecordDurationSeconds ?? 1,
    signals,
    dataRecordCount,
    annotationsBytesPerRecord: spec.annotationsBytesPerRecord,
    localPatientIdentification: 'X F X Test_Person',
    localRecordingIdentification: 'Startdate 17-MAY-2024 X X X',
  };
  const salt = [randomInt(65_536) - 32_768, randomInt(65_536) - 32_768, randomInt(65_536) - 32_768];
  const records = Array.from({ length: dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, {
      onsetSeconds: spec.onsetSeconds?.(record),
      annotations: spec.annotations?.(record),
      samples: signals.map(({ samplesPerDataRecord }, index) =>
        Int32Array.from({ length: samplesPerDataRecord }, (_, at) => {
          const salted = record === 0 && index === 0 ? salt[at] : undefined;
          return salted ?? (Math.abs((((at + record * 7) * (index + 3)) % 400) - 200) - 100) * 20;
        }),
      ),
    }),
  );
  return Buffer.concat([encodeHeader(options), ...records]);
}

/**
 * A large recording, made fast: one data record of 1 MiB of 16-bit samples, repeated.
 *
 * @param record what every data record holds; random samples when absent
 */
export function largeEdfBytes(dataRecordCount: number, sample?: number): Buffer {
  const signals = Array.from({ length: 16 }, (_, index) => signal(`EEG ${index}`, 32_768));
  const options: WriteOptions = {
    variant: 'EDF',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: 32,
    signals,
    dataRecordCount,
    localRecordingIdentification: `Startdate 17-MAY-2024 X X ${randomInt(2 ** 47)}`,
  };
  const samples = signals.map(() =>
    Int16Array.from({ length: 32_768 }, (_, at) => sample ?? ((at * 37) % 3000) - 1500),
  );
  const record = encodeDataRecord(options, 0, { samples });
  return Buffer.concat([encodeHeader(options), ...Array.from({ length: dataRecordCount }, () => record)]);
}

/** Overwrites a place of the header, as a program that does not care would have written it. */
export function patched(bytes: Buffer, offset: number, text: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(text, offset, 'latin1');
  return copy;
}

export const DATA_RECORD_COUNT_OFFSET = 236;
