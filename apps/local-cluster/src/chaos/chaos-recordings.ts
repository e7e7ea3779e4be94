import { gzipSync } from 'node:zlib';
import type { WriteOptions } from '@edf-pipeline/edf';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import { seededRandom } from '@edf-pipeline/service/seeded-random';

/** `multipart` is just longer than one PUT may be; `broken` is no recording, which shows only when it is read. */
export type ContentKind = 'plain' | 'long' | 'gzip' | 'broken' | 'multipart';

export interface Content {
  /** Names these bytes: the same name, the same bytes. */
  readonly name: string;
  readonly kind: ContentKind;
  readonly seed: number;
}

const MiB = 1024 * 1024;

/** The bytes of a content, made anew each time: thousands of them need not be in memory. */
export function bytesOf({ kind, seed }: Content): Buffer {
  const random = seededRandom(seed);
  switch (kind) {
    case 'plain':
      return recordingBytes(random, 5 + Math.floor(random() * 20), 50 + Math.floor(random() * 400));
    case 'long':
      return recordingBytes(random, 60, 20_000);
    case 'gzip':
      return gzipSync(recordingBytes(random, 10, 400), { level: 1 });
    case 'broken':
      return brokenBytes(random);
    case 'multipart':
      return repeatedRecord(random, 65 * MiB);
  }
}

function optionsFor(
  random: () => number,
  dataRecordCount: number,
  samplesPerDataRecord: number,
): WriteOptions {
  const signal = { physicalDimension: 'uV', physicalMin: -500, physicalMax: 500, samplesPerDataRecord };
  return {
    variant: 'EDF',
    startDateTime: '2024-05-17T22:31:05',
    dataRecordDurationSeconds: 1,
    signals: [
      { ...signal, label: 'EEG C3-M2' },
      { ...signal, label: 'EEG C4-M1' },
    ],
    dataRecordCount,
    // Makes every content another one, also where samples are few.
    localRecordingIdentification: `Startdate 17-MAY-2024 X X ${Math.floor(random() * 2 ** 48)}`,
  };
}

const samplesFrom = (random: () => number, count: number) =>
  Int16Array.from({ length: count }, () => Math.floor(random() * 65_536) - 32_768);

function recordingBytes(random: () => number, dataRecordCount: number, samplesPerDataRecord: number): Buffer {
  const options = optionsFor(random, dataRecordCount, samplesPerDataRecord);
  const records = Array.from({ length: dataRecordCount }, (_, record) =>
    encodeDataRecord(options, record, {
      samples: [samplesFrom(random, samplesPerDataRecord), samplesFrom(random, samplesPerDataRecord)],
    }),
  );
  return Buffer.concat([encodeHeader(options), ...records]);
}

/** One data record again and again: quick to make. */
function repeatedRecord(random: () => number, byteLength: number): Buffer {
  const samplesPerDataRecord = 15_000;
  const count = Math.ceil(byteLength / (samplesPerDataRecord * 4));
  const options = optionsFor(random, count, samplesPerDataRecord);
  const samples = samplesFrom(random, samplesPerDataRecord);
  const record = encodeDataRecord(options, 0, { samples: [samples, samples] });
  return Buffer.concat([encodeHeader(options), ...Array.from({ length: count }, () => record)]);
}

/** Random bytes: no recording in any way. */
function brokenBytes(random: () => number): Buffer {
  return Buffer.from(Array.from({ length: 3_000 }, () => Math.floor(random() * 256)));
}
