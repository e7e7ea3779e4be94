import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EdfVariant } from '../../header.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  latin1,
  recordingBytes,
  withSignalField,
} from '../recordings.ts';
import { spoiltRecordings, statusWell, withStatus } from '../spoilt-recordings.ts';

const corpus = join(import.meta.dirname, '../../../../../../shared/corpus/files');
const mostOfAFile = 12_000;

/** Sound recordings of every kind, first of all; then one for each finding. None is large: small ones run fast. */
export function fuzzSeeds(): Uint8Array[] {
  const variants: EdfVariant[] = ['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'];
  const sound = variants.map((variant) => goodRecording(variant));
  return [...sound, ...special(), ...Object.values(spoiltRecordings)];
}

/** The beginnings of real recordings, where they lie beside the repository; else none. */
export function corpusSeeds(): Uint8Array[] {
  if (!existsSync(corpus)) return [];
  return readdirSync(corpus).map((name) => {
    const path = join(corpus, name);
    if (statSync(path).size <= mostOfAFile) return new Uint8Array(readFileSync(path));
    const bytes = new Uint8Array(mostOfAFile);
    const descriptor = openSync(path, 'r');
    readSync(descriptor, bytes);
    closeSync(descriptor);
    return bytes;
  });
}

function special(): Uint8Array[] {
  const options = goodOptions('EDF+C');
  const crowded = Array.from({ length: 6 }, (_, i) => ({
    onsetSeconds: 1 + i / 8,
    durationSeconds: i / 4,
    text: ['Lights off', 'A_Name was here', 'tel. 0301234567', 'M\u00fcde', '\u7761\u7720', '22.11.26'][i]!,
  }));
  const logFloat = withSignalField(
    withSignalField(goodRecording('EDF'), 'physicalDimension', 0, 'Filtered'),
    'prefiltering',
    0,
    'sign*LN[sign*(uV)/(0.001)]/(0.01)',
  );
  const onlyTals = recordingBytes({
    ...options,
    signals: [],
    dataRecordDurationSeconds: 0,
    dataRecordCount: 1,
  });
  // What is slow for one signal only shows with many.
  const montage = recordingBytes({
    ...goodOptions('EDF', { dataRecordCount: 1 }),
    signals: Array.from({ length: 60 }, (_, i) => ({ ...options.signals[1]!, label: `EEG ${i}` })),
  });
  return [
    recordingBytes({ ...options, annotationsBytesPerRecord: 400 }, [{}, { annotations: crowded }, {}]),
    withStatus([statusWell, statusWell | 7, statusWell | 7, statusWell | 255]),
    concatenated([latin1('PK\x03\x04'), goodRecording('EDF')]),
    logFloat,
    onlyTals,
    montage,
  ];
}
