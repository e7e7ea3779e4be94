// The recordings that the bench reads: generated, the same on every machine.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { WriteOptions } from '../../src/index.ts';
import { encodeDataRecord, encodeHeader } from '../../src/index.ts';

export interface GeneratedRecording {
  readonly name: string;
  readonly file: string;
  readonly byteLength: number;
  readonly recordCount: number;
}

/** Samples per second of the 20 signals of a polysomnography. */
export const polysomnographyRates = [
  512, 512, 512, 512, 256, 256, 256, 256, 256, 256, 128, 128, 128, 64, 64, 32, 32, 4, 1, 1,
] as const;

const annotationsByteLength = 120;
// Different data records; a file is these over and over, with onsets and annotations of its own.
const distinctRecords = 64;

/**
 * Writes an EDF+C of 1 s data records, smooth noise with stretches of equal samples, one annotation in ten records.
 *
 * @param isSound whether the low pass of each signal fits its rate
 */
export function writeRecording(
  file: string,
  name: string,
  rates: readonly number[],
  byteLength: number,
  isSound = false,
): GeneratedRecording {
  const draft = optionsFor(rates, 1, isSound);
  const noise = noiseFrom(20_250_301);
  const records = Array.from({ length: distinctRecords }, () => {
    const samples = rates.map((rate) => {
      let level = 0;
      return Int16Array.from({ length: rate }, () => {
        level = Math.round(level * 0.95 + (noise() - 0.5) * 600);
        return level;
      });
    });
    return encodeDataRecord(draft, 0, { samples });
  });
  const recordByteLength = records[0]!.length;
  const recordCount = Math.round(byteLength / recordByteLength);
  const header = encodeHeader(optionsFor(rates, recordCount, isSound));
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, header);
  const block = new Uint8Array(recordByteLength * distinctRecords);
  for (let first = 0; first < recordCount; first += distinctRecords) {
    const count = Math.min(distinctRecords, recordCount - first);
    for (let i = 0; i < count; i++) {
      const at = i * recordByteLength;
      block.set(records[i]!, at);
      const annotations = at + recordByteLength - annotationsByteLength;
      block.fill(0, annotations, at + recordByteLength);
      const onset = first + i;
      const event = onset % 10 === 0 ? `+${onset}.25\x1530\x14Sleep stage N2\x14\0` : '';
      block.set(new TextEncoder().encode(`+${onset}\x14\x14\0${event}`), annotations);
    }
    writeSync(descriptor, block, 0, count * recordByteLength);
  }
  closeSync(descriptor);
  return { name, file, byteLength: header.length + recordCount * recordByteLength, recordCount };
}

/**
 * A folder of small recordings of 20 signals, for scans of headers.
 *
 * @param isSound whether their headers give no finding; those of the other kind give 10
 */
export function writeMany(folder: string, count: number, isSound: boolean): void {
  mkdirSync(folder);
  for (let i = 0; i < count; i++)
    writeRecording(path.join(folder, `${i}.edf`), 'small', polysomnographyRates, 20_000, isSound);
}

/** An EDF+C of annotations alone, `perRecord` in each of its data records. */
export function writeDenseAnnotations(file: string, records: number, perRecord: number): GeneratedRecording {
  const annotationsBytesPerRecord = perRecord * 30;
  const options: WriteOptions = { ...optionsFor([], records, true), annotationsBytesPerRecord };
  const descriptor = openSync(file, 'w');
  const header = encodeHeader(options);
  writeSync(descriptor, header);
  for (let record = 0; record < records; record++) {
    const texts = ['Arousal', 'Hypopnea', 'Sleep stage W', 'Leg movement'];
    const annotations = Array.from({ length: perRecord }, (_, i) => ({
      onsetSeconds: record + Math.floor((i * 1000) / perRecord) / 1000,
      text: texts[i % texts.length]!,
    }));
    writeSync(descriptor, encodeDataRecord(options, record, { samples: [], annotations }));
  }
  closeSync(descriptor);
  const byteLength = header.length + records * annotationsBytesPerRecord;
  return { name: 'dense annotations', file, byteLength, recordCount: records };
}

function optionsFor(rates: readonly number[], dataRecordCount: number, isSound: boolean): WriteOptions {
  return {
    variant: 'EDF+C',
    startDateTime: '2024-05-02T22:30:00',
    dataRecordDurationSeconds: 1,
    localPatientIdentification: 'X X X X',
    annotationsBytesPerRecord: annotationsByteLength,
    dataRecordCount,
    signals: rates.map((samplesPerDataRecord, index) => ({
      label: `EEG ${index}`,
      physicalDimension: 'uV',
      physicalMin: -3276.8,
      physicalMax: 3276.7,
      samplesPerDataRecord,
      transducerType: 'AgAgCl electrode',
      prefiltering: `HP:0.1Hz LP:${isSound ? Math.min(75, samplesPerDataRecord / 2) : 75}Hz`,
    })),
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function noiseFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
