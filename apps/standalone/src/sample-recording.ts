import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import type { WriteOptions, WriteSignal } from '@edf-pipeline/edf';
import { Night, nightSeconds } from './sample-night.ts';
import { randomNumbers, rateHz } from './sample-noise.ts';
import { NightSignals, breathingRateHz } from './sample-signals.ts';

// A made-up night for the first start: eight hours of polysomnography in which nobody slept. Signals are filtered
// noise, and waves placed by a seeded generator, so that every machine makes the same file.

const eegLike = {
  physicalDimension: 'uV',
  physicalMin: -500,
  physicalMax: 500,
  samplesPerDataRecord: rateHz,
};
const effort = {
  physicalDimension: 'mV',
  physicalMin: -5,
  physicalMax: 5,
  samplesPerDataRecord: breathingRateHz,
};
const cup = 'AgAgCl cup electrode';
const signals: WriteSignal[] = [
  ...['EEG F4-M1', 'EEG C4-M1', 'EEG O2-M1', 'EOG E1-M2', 'EOG E2-M2'].map((label) => ({
    ...eegLike,
    label,
    transducerType: cup,
    prefiltering: 'HP:0.3Hz LP:35Hz N:50Hz',
  })),
  { ...eegLike, label: 'EMG chin', transducerType: cup, prefiltering: 'HP:10Hz LP:60Hz N:50Hz' },
  {
    ...eegLike,
    label: 'ECG II',
    physicalDimension: 'mV',
    physicalMin: -3,
    physicalMax: 3,
    prefiltering: 'HP:0.3Hz LP:60Hz',
  },
  {
    ...effort,
    label: 'Resp airflow',
    transducerType: 'Nasal pressure cannula',
    prefiltering: 'HP:0.03Hz LP:15Hz',
  },
  { ...effort, label: 'Resp thorax', transducerType: 'Inductance belt', prefiltering: 'HP:0.05Hz LP:15Hz' },
  { ...effort, label: 'Resp abdomen', transducerType: 'Inductance belt', prefiltering: 'HP:0.05Hz LP:15Hz' },
  slowSignal('SaO2 finger', '%', 100, 1000, 'Pulse oximeter'),
  slowSignal('Pulse', 'bpm', 250, 250, 'Pulse oximeter'),
  slowSignal('Body position', '', 4, 4, '0 upright 1 supine 2 left 3 right 4 prone'),
];

const options: WriteOptions = {
  variant: 'EDF+C',
  startDateTime: '2024-05-02T22:30:00',
  dataRecordDurationSeconds: 1,
  signals,
  localPatientIdentification: 'X X X X',
  localRecordingIdentification: 'Startdate 02-MAY-2024 X X X',
  annotationsBytesPerRecord: 160,
  dataRecordCount: nightSeconds,
};

/** Size of the sample recording in bytes. */
export const sampleRecordingByteLength =
  256 * (signals.length + 2) +
  nightSeconds * (2 * signals.reduce((sum, signal) => sum + signal.samplesPerDataRecord, 0) + 160);

/**
 * The sample recording: an EDF+C polysomnography of eight hours (about 62 MB), in chunks of about 1 MB that are the
 * caller's own. Takes a second or two; the bytes are always the same.
 */
export async function* sampleRecording(): AsyncIterable<Uint8Array> {
  const random = randomNumbers(20240502);
  const night = new Night(random);
  const samples = new NightSignals(night, signals, random);
  yield encodeHeader(options);
  const perChunk = 480;
  for (let first = 0; first < nightSeconds; first += perChunk) {
    const records: Uint8Array[] = [];
    for (let t = first; t < Math.min(first + perChunk, nightSeconds); t++) {
      records.push(
        encodeDataRecord(options, t, { samples: samples.second(t), annotations: night.happeningsAt(t) }),
      );
    }
    const chunk = new Uint8Array(records.length * records[0]!.length);
    records.forEach((record, i) => chunk.set(record, i * record.length));
    yield chunk;
  }
}

function slowSignal(
  label: string,
  unit: string,
  physicalMax: number,
  digitalMax: number,
  transducerType: string,
): WriteSignal {
  const limits = { physicalMin: 0, physicalMax, digitalMin: 0, digitalMax };
  return { label, physicalDimension: unit, ...limits, samplesPerDataRecord: 1, transducerType };
}
