import { gzipSync } from 'node:zlib';
import type { WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';

export interface RecordingSpec {
  readonly random?: () => number;
  readonly dataRecordCount?: number;
  readonly samplesPerDataRecord?: number;
  readonly patient?: string;
  readonly recording?: string;
  readonly annotation?: string;
}

/** A small EDF+C recording of random samples. */
export function recordingBytes(spec: RecordingSpec = {}): Buffer {
  const { random = Math.random, dataRecordCount = 10, samplesPerDataRecord = 100, annotation } = spec;
  const signal = { physicalDimension: 'uV', physicalMin: -500, physicalMax: 500, samplesPerDataRecord };
  const options: WriteOptions = {
    variant: 'EDF+C',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: 1,
    signals: [
      { ...signal, label: 'EEG C3-M2' },
      { ...signal, label: 'EEG C4-M1' },
    ],
    dataRecordCount,
    localPatientIdentification: spec.patient ?? 'X X X X',
    localRecordingIdentification: spec.recording ?? 'Startdate 17-MAY-2024 X X X',
  };
  const samples = () =>
    Int16Array.from({ length: samplesPerDataRecord }, () => Math.floor(random() * 65_536) - 32_768);
  const records = Array.from({ length: dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [samples(), samples()],
      annotations: annotation === undefined ? [] : [{ onsetSeconds: record + 0.5, text: annotation }],
    }),
  );
  return Buffer.concat([encodeHeader(options), ...records]);
}

/** A recording of more than so many MiB, cheap to make: its data records, of 1 MiB, are all alike. */
export function largeRecordingBytes(mebibytes: number, random: () => number): Buffer {
  const samplesPerDataRecord = 512 * 1024;
  const options: WriteOptions = {
    variant: 'EDF',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: 1024,
    signals: [
      {
        label: 'EEG C3-M2',
        physicalDimension: 'uV',
        physicalMin: -500,
        physicalMax: 500,
        samplesPerDataRecord,
      },
    ],
    dataRecordCount: mebibytes,
  };
  const samples = Int16Array.from(
    { length: samplesPerDataRecord },
    () => Math.floor(random() * 65_536) - 32_768,
  );
  const record = encodeDataRecord(options, 0, { samples: [samples] });
  return Buffer.concat([encodeHeader(options), ...Array.from({ length: mebibytes }, () => record)]);
}

/**
 * A recording of so many MiB as gzip: a few MiB to send and seconds to work on. Its members are one data record each.
 */
export function slowRecordingGzip(mebibytes: number, random: () => number = Math.random): Buffer {
  const signals = Array.from({ length: 16 }, (_, index) => ({
    label: `EEG ${index}`,
    physicalDimension: 'uV',
    physicalMin: -500,
    physicalMax: 500,
    samplesPerDataRecord: 32_768,
  }));
  const options: WriteOptions = {
    variant: 'EDF',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: 32,
    signals,
    dataRecordCount: mebibytes,
    localRecordingIdentification: `Startdate 17-MAY-2024 X X ${Math.floor(random() * 2 ** 48)}`,
  };
  const samples = signals.map(() =>
    Int16Array.from({ length: 32_768 }, (_, at) => (at % 12 === 0 ? Math.floor(random() * 4000) : 0)),
  );
  const record = gzipSync(encodeDataRecord(options, 0, { samples }), { level: 1 });
  return Buffer.concat([gzipSync(encodeHeader(options)), ...Array.from({ length: mebibytes }, () => record)]);
}
