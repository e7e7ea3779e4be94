import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import type { WriteOptions } from '@edf-pipeline/edf';

const rates = [256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 64, 64, 64, 64, 32, 32, 4, 1];

/**
 * Writes a polysomnography-like EDF+C file of about `byteLength` bytes: 20 signals of mixed rates, 1 s records, noise.
 *
 * @param seed makes files of the same size differ
 */
export function writeBenchRecording(path: string, byteLength: number, seed: number): void {
  const signals = rates.map((rate, index) => ({
    label: `SIG ${index}`,
    physicalDimension: 'uV',
    physicalMin: -3276.8,
    physicalMax: 3276.7,
    samplesPerDataRecord: rate,
  }));
  const options: WriteOptions = {
    variant: 'EDF+C',
    startDateTime: '2024-05-02T22:30:00',
    dataRecordDurationSeconds: 1,
    signals,
    dataRecordCount: 1,
  };
  const recordByteLength = encodeDataRecord(options, 0, {
    samples: rates.map((rate) => new Int16Array(rate)),
  }).length;
  const dataRecordCount = Math.max(1, Math.round(byteLength / recordByteLength));
  const file = openSync(path, 'w');
  writeSync(file, encodeHeader({ ...options, dataRecordCount }));
  let state = seed | 1;
  const noise = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >> 20;
  };
  for (let record = 0; record < dataRecordCount; record++) {
    const samples = rates.map((rate) => Int16Array.from({ length: rate }, noise));
    writeSync(file, encodeDataRecord({ ...options, dataRecordCount }, record, { samples }));
  }
  closeSync(file);
}
