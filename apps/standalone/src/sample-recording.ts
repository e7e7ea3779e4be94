import { encodeDataRecord, encodeHeader } from '@edf-pipeline/edf';
import type { WriteOptions, WriteSignal } from '@edf-pipeline/edf';

// A made-up night for the first start: eight hours of polysomnography in which nobody slept. Signals are filtered
// noise, and waves placed by a seeded generator, so that every machine makes the same file.

type Stage = 'W' | 'N1' | 'N2' | 'N3' | 'R';

const seconds = 8 * 3600;
const fast = 128;
const slow = 32;
const lightsOffAt = 11 * 60;
const lightsOnAt = seconds - 6 * 60;
/** The O2 electrode comes off: its signal runs to the rail, then rests on one value until it is back. */
const electrodeOff = { at: 13_260, flatAt: 13_305, until: 13_740 };

const eegLike = { physicalDimension: 'uV', physicalMin: -500, physicalMax: 500, samplesPerDataRecord: fast };
const effort = { physicalDimension: 'mV', physicalMin: -5, physicalMax: 5, samplesPerDataRecord: slow };
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
  dataRecordCount: seconds,
};

/** Size of the sample recording in bytes. */
export const sampleRecordingByteLength =
  256 * (signals.length + 2) +
  seconds * (2 * signals.reduce((sum, signal) => sum + signal.samplesPerDataRecord, 0) + 160);

/**
 * The sample recording: an EDF+C polysomnography of eight hours (about 62 MB), in chunks of about 1 MB that are the
 * caller's own. Takes a second or two; the bytes are always the same.
 */
export async function* sampleRecording(): AsyncIterable<Uint8Array> {
  const night = new Night();
  yield encodeHeader(options);
  const perChunk = 480;
  for (let first = 0; first < seconds; first += perChunk) {
    const records: Uint8Array[] = [];
    for (let t = first; t < Math.min(first + perChunk, seconds); t++) {
      records.push(
        encodeDataRecord(options, t, { samples: night.second(t), annotations: night.annotationsAt(t) }),
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

// prettier-ignore
/** Stages in order, with their number of 30-second epochs: five cycles, deep sleep first and dreams towards morning. */
const architecture: [Stage, number][] = [
  ['W', 46], ['N1', 7], ['N2', 22], ['N3', 46], ['N2', 9], ['R', 13], ['N1', 2], ['N2', 44], ['N3', 48], ['N2', 12],
  ['R', 31], ['W', 3], ['N1', 4], ['N2', 62], ['N3', 25], ['N2', 21], ['R', 43], ['W', 9], ['N1', 6], ['N2', 84],
  ['N3', 9], ['N2', 26], ['R', 55], ['N1', 3], ['N2', 51], ['W', 5], ['N1', 5], ['N2', 58], ['R', 62], ['N1', 3],
  ['N2', 40], ['W', 2], ['N1', 4], ['N2', 38],
];

// prettier-ignore
/** Root mean square in uV of each band, at F4, C4 and O2. Bands: delta, theta, alpha, beta. */
const eegByStage: Record<Stage, number[][]> = {
  W: [[5, 4, 4], [4, 4, 4], [6, 9, 17], [4.5, 4, 3.5]],
  N1: [[7, 7, 5], [8, 9, 7], [2.5, 3, 4], [3, 3, 2.5]],
  N2: [[15, 13, 8], [8, 8, 6], [2.5, 2.5, 2.5], [2.2, 2, 1.8]],
  N3: [[46, 38, 21], [6, 6, 4], [2, 2, 2], [1.5, 1.5, 1.2]],
  R: [[6, 5.5, 4.5], [7, 8, 5], [2.5, 2.5, 3.5], [3, 2.8, 2.4]],
};
const emgByStage: Record<Stage, number> = { W: 15, N1: 8, N2: 6, N3: 4.5, R: 1.4 };
const pulseByStage: Record<Stage, number> = { W: 69, N1: 63, N2: 60, N3: 57, R: 65 };
const breathsByStage: Record<Stage, number> = { W: 0.27, N1: 0.25, N2: 0.24, N3: 0.23, R: 0.27 };
/** Centre in Hz and quality of the filter of each band. */
const bands = [
  [1, 0.75],
  [5.5, 1.4],
  [9.8, 4],
  [20, 1.1],
] as const;

interface Happening {
  readonly onsetSeconds: number;
  readonly durationSeconds?: number;
  readonly text: string;
}

/** A wave placed at a time: a shape over its length, with a gain for F4, C4, O2, E1 and E2. */
interface Wave {
  readonly at: number;
  readonly length: number;
  readonly shape: (since: number) => number;
  readonly gains: readonly number[];
}

/** The whole night: what happens when, and the samples of each second, to be asked for in order. */
class Night {
  readonly #random = randomNumbers(20240502);
  readonly #stages = stagesOfNight();
  readonly #happenings = new Map<number, Happening[]>();
  /** Per second: arousal (0 to 1), breathing amplitude, effort against a closed airway, fall of saturation in %. */
  readonly #arousal = new Float64Array(seconds);
  readonly #breathing = new Float64Array(seconds).fill(1);
  readonly #obstruction = new Float64Array(seconds);
  readonly #desaturation = new Float64Array(seconds + 240);
  readonly #position = new Uint8Array(seconds);
  #waves: Wave[] = [];
  readonly #common = bands.map(([hz, q]) => new BandNoise(hz, q, this.#random));
  readonly #own = [0, 1, 2].map(() => bands.map(([hz, q]) => new BandNoise(hz, q, this.#random)));
  readonly #muscle = new BandNoise(34, 0.6, this.#random);
  readonly #drift = [0, 1, 2, 3, 4].map(() => new BandNoise(0.25, 0.5, this.#random));
  readonly #rolling = new BandNoise(0.3, 1.5, this.#random);
  readonly #band = new Float64Array(fast);
  readonly #physical = signals.map((signal) => new Float64Array(signal.samplesPerDataRecord));
  readonly #digital = signals.map((signal) => new Int16Array(signal.samplesPerDataRecord));
  readonly #eeg = eegByStage.W.map((band) => [...band]);
  #emg = emgByStage.W;
  #breath = 0;
  #depth = 1;
  #work = 1;
  #paradox = 0;
  #beat = 0;
  #pulse = pulseByStage.W;
  #eyesUntil = 0;

  constructor() {
    this.#plan();
  }

  annotationsAt(t: number): Happening[] {
    return this.#happenings.get(t) ?? [];
  }

  /** The digital samples of second `t`, per signal; lent until the next call. */
  second(t: number): Int16Array[] {
    const stage = this.#stages[Math.floor(t / 30)]!;
    for (const samples of this.#physical) samples.fill(0);
    this.#placeWaves(t, stage);
    this.#brain(t, stage);
    this.#eyes(stage);
    this.#chin(t, stage);
    this.#chest(t, stage);
    this.#addWaves(t);
    this.#loseElectrode(t);
    signals.forEach((signal, i) => quantise(signal, this.#physical[i]!, this.#digital[i]!));
    return this.#digital;
  }

  #plan(): void {
    const random = this.#random;
    this.#note({ onsetSeconds: lightsOffAt, text: 'Lights off' });
    this.#note({ onsetSeconds: lightsOnAt, text: 'Lights on' });
    this.#note({ onsetSeconds: electrodeOff.until, text: 'Technician replaced electrode O2' });
    this.#stages.forEach((stage, epoch) =>
      this.#note({ onsetSeconds: epoch * 30, durationSeconds: 30, text: `Sleep stage ${stage}` }),
    );
    // prettier-ignore
    const turns: [number, number][] = [[0, 0], [lightsOffAt - 60, 1], [5_700, 2], [10_140, 1], [16_200, 3], [19_800, 1], [24_300, 2], [lightsOnAt + 60, 0]];
    turns.forEach(([at, position], i) => {
      this.#position.fill(position, at, turns[i + 1]?.[0] ?? seconds);
      if (i > 0) this.#arouse(at, 9, 1);
    });
    for (let t = lightsOffAt + 1500; t < lightsOnAt - 120;) {
      const stage = this.#stages[Math.floor(t / 30)]!;
      const isSupine = this.#position[t] === 1;
      const isLikely =
        stage === 'R' ? random() < 0.9 : stage === 'N1' || stage === 'N2' ? isSupine : random() < 0.05;
      if (stage !== 'W' && isLikely) t += this.#breathingEvent(t, isSupine || stage === 'R');
      else if (stage !== 'W' && random() < 0.06)
        this.#arousalEvent(t + Math.floor(random() * 20), 4 + Math.floor(random() * 7));
      t += 35 + Math.floor(random() * (isSupine ? 110 : 320));
    }
  }

  /** An apnea or hypopnea, the breaths and the arousal that end it, and the saturation that follows. */
  #breathingEvent(at: number, mayClose: boolean): number {
    const random = this.#random;
    const isApnea = mayClose && random() < 0.6;
    const length = 12 + Math.floor(random() * (isApnea ? 26 : 20));
    const end = at + length;
    this.#note({
      onsetSeconds: at,
      durationSeconds: length,
      text: isApnea ? 'Obstructive apnea' : 'Hypopnea',
    });
    this.#breathing.fill(isApnea ? 0.03 : 0.4, at, end).fill(1.6, end, end + 9);
    this.#obstruction.fill(isApnea ? 1 : 0.4, at, end);
    const fall = (isApnea ? 3 : 2) + length * 0.13 * random();
    for (let i = 0; i < 90; i++) {
      const rise = i / 24;
      this.#desaturation[at + 14 + i]! +=
        fall * (rise < 1 ? rise * rise * (3 - 2 * rise) : Math.exp(-(i - 24) / 12));
    }
    if (random() < 0.85) this.#arousalEvent(end - 1, 4 + Math.floor(random() * 6));
    return length;
  }

  #arousalEvent(at: number, length: number): void {
    this.#note({ onsetSeconds: at, durationSeconds: length, text: 'EEG arousal' });
    this.#arouse(at, length, 0.7);
  }

  #arouse(at: number, length: number, strength: number): void {
    for (let t = at; t < Math.min(seconds, at + length); t++)
      this.#arousal[t] = Math.max(this.#arousal[t]!, strength);
  }

  #note(happening: Happening): void {
    const list = this.#happenings.get(happening.onsetSeconds) ?? [];
    this.#happenings.set(happening.onsetSeconds, [...list, happening]);
  }

  #brain(t: number, stage: Stage): void {
    const arousal = this.#arousal[t]!;
    const isAwakeOpen = t < lightsOffAt || t >= lightsOnAt;
    bands.forEach((_, band) => {
      this.#common[band]!.fill(this.#band);
      for (let channel = 0; channel < 3; channel++) {
        const own = this.#own[channel]![band]!;
        const from = this.#eeg[band]![channel]!;
        const settled = eegByStage[stage][band]![channel]! * (band === 2 && isAwakeOpen ? 0.3 : 1);
        const aroused = eegByStage.W[band]![channel]! * (band === 3 ? 2 : 1);
        const to = from + (settled + arousal * (aroused - settled) - from) * 0.35;
        this.#eeg[band]![channel] = to;
        own.addTo(this.#physical[channel]!, this.#band, from, to);
      }
    });
    for (let channel = 0; channel < 5; channel++) {
      this.#drift[channel]!.fill(this.#band);
      addScaled(this.#physical[channel]!, this.#band, 3 + 70 * Math.max(0, arousal - 0.7));
    }
  }

  /** Eyes see the frontal brain waves too, alike on both sides; they themselves move them against each other. */
  #eyes(stage: Stage): void {
    const [frontal, , , left, right] = this.#physical as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    this.#rolling.fill(this.#band);
    const rolling = stage === 'N1' ? 45 : stage === 'W' ? 14 : stage === 'R' ? 7 : 2;
    for (let k = 0; k < fast; k++) {
      left[k]! += 0.5 * frontal[k]! + rolling * this.#band[k]!;
      right[k]! += 0.45 * frontal[k]! - rolling * this.#band[k]!;
    }
  }

  #chin(t: number, stage: Stage): void {
    const twitch = stage === 'R' && this.#random() < 0.03 ? 9 : 0;
    const to = emgByStage[stage] + twitch + 30 * this.#arousal[t]!;
    this.#muscle.fill(this.#band);
    const from = this.#emg;
    for (let k = 0; k < fast; k++) this.#physical[5]![k] = this.#band[k]! * (from + ((to - from) * k) / fast);
    this.#emg = from + (to - from) * 0.6;
    // Muscle is heard in the EEG when it is loud.
    for (let channel = 0; channel < 5; channel++)
      addScaled(this.#physical[channel]!, this.#band, Math.max(0, to - 14) * 0.35);
  }

  #chest(t: number, stage: Stage): void {
    const random = this.#random;
    const [ecg, airflow, thorax, abdomen] = this.#physical.slice(6) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const open = this.#breathing[t]!;
    const openNext = this.#breathing[Math.min(seconds - 1, t + 1)]!;
    const closed = this.#obstruction[t]!;
    const irregular = stage === 'R' ? 0.3 : stage === 'W' ? 0.2 : 0.06;
    const breathHz = breathsByStage[stage] * (1 + irregular * (random() - 0.5)) * (open > 1 ? 1.2 : 1);
    const depthBefore = this.#depth;
    this.#depth += ((stage === 'R' ? 0.75 : 1) * (1 + irregular * (random() - 0.5)) - depthBefore) * 0.5;
    const workBefore = this.#work;
    this.#work +=
      ((closed > 0 ? 0.55 + 0.25 * closed : Math.min(1.4, open) * this.#depth) - workBefore) * 0.5;
    const paradoxBefore = this.#paradox;
    this.#paradox += ((closed > 0.5 ? 1 : 0) - paradoxBefore) * 0.5;
    for (let k = 0; k < slow; k++) {
      const phase = this.#breath + (breathHz * k) / slow;
      const depth = depthBefore + ((this.#depth - depthBefore) * k) / slow;
      const amplitude = depth * (open + ((openNext - open) * k) / slow);
      airflow[k] = amplitude * (1.6 * sine(phase) + 0.35 * sine(2 * phase + 0.1)) + 0.03 * (random() - 0.5);
      const work = workBefore + ((this.#work - workBefore) * k) / slow;
      const paradox = paradoxBefore + ((this.#paradox - paradoxBefore) * k) / slow;
      thorax[k] = -1.5 * work * sine(phase + 0.25) + 0.03 * (random() - 0.5);
      // Against a closed airway the belly rises while the chest sinks.
      abdomen[k] = -1.8 * work * sine(phase + 0.27 + 0.45 * paradox) + 0.03 * (random() - 0.5);
    }
    const rest = pulseByStage[stage] + (closed > 0 ? -5 : open > 1 ? 13 : 0) + 10 * this.#arousal[t]!;
    this.#pulse += (rest - this.#pulse) * 0.15;
    for (let k = 0; k < fast; k++) {
      const phase = this.#breath + (breathHz * k) / fast;
      // The heart beats faster while one breathes in.
      this.#beat += (this.#pulse + 3.5 * sine(phase)) / 60 / fast;
      if (this.#beat >= 1) this.#beat -= 1 + 0.02 * (random() - 0.5);
      const at = Math.floor(Math.max(0, this.#beat) * (heartbeat.length - 1));
      ecg[k] =
        heartbeat[at]! * (1 + 0.07 * sine(phase)) + 0.05 * sine(phase + 0.3) + 0.012 * (random() - 0.5);
    }
    this.#breath = (this.#breath + breathHz) % 1;
    this.#physical[10]![0] =
      96.6 - 0.6 * (stage === 'R' ? 1 : 0) - this.#desaturation[t]! + 0.5 * (random() - 0.5);
    this.#physical[11]![0] = this.#pulse + 1.2 * (random() - 0.5);
    this.#physical[12]![0] = this.#position[t]!;
  }

  /** Decides which waves begin in this second. */
  #placeWaves(t: number, stage: Stage): void {
    const random = this.#random;
    const chance = (perMinute: number) => random() < perMinute / 60;
    const at = t + random();
    const place = (length: number, shape: Wave['shape'], gains: number[]) =>
      this.#waves.push({ at, length, shape, gains });
    if (chance({ W: 0, N1: 0.4, N2: 5, N3: 1.2, R: 0 }[stage])) {
      const length = 0.6 + 0.9 * random();
      const hz = 12.4 + 1.8 * random();
      const size = 20 + 16 * random();
      const spindle = (since: number) =>
        Math.sin(2 * Math.PI * hz * since) * Math.sin((Math.PI * since) / length) ** 2;
      place(length, spindle, [0.8 * size, size, 0.35 * size, 0.3 * size, 0.3 * size]);
    }
    if (chance({ W: 0, N1: 0, N2: 2.2, N3: 0.6, R: 0 }[stage])) {
      const size = 75 + 55 * random();
      const kComplex = (since: number) => bell(since - 0.55, 0.15) * 0.7 - bell(since - 0.24, 0.075);
      place(1.2, kComplex, [size, 0.85 * size, 0.45 * size, 0.5 * size, 0.45 * size]);
    }
    if (stage === 'N1' && chance(5)) {
      place(0.5, (since) => -bell(since - 0.2, 0.045), [35, 60, 15, 10, 10]);
    }
    if (stage === 'R') {
      if (t >= this.#eyesUntil && chance(4)) this.#eyesUntil = t + 3 + Math.floor(random() * 6);
      if (chance(1.5)) place(2.5, (since) => ((since * 2.6) % 1) - 0.5, [16, 26, 8, 5, 5]);
      if (t < this.#eyesUntil) this.#moveEyes(at, 60 + 90 * random());
      if (t < this.#eyesUntil && random() < 0.6) this.#moveEyes(t + random(), 40 + 70 * random());
    } else if (stage === 'W' && (t < lightsOffAt || t >= lightsOnAt)) {
      if (chance(17)) place(0.5, (since) => bell(since - 0.2, 0.07), [45, 12, 3, 150, 140]);
      if (chance(20)) this.#moveEyes(at, 50 + 60 * random());
    } else if (stage === 'W' && chance(4)) this.#moveEyes(at, 30 + 40 * random());
  }

  /** A jump of the eyes to one side, which the amplifier's high-pass lets decay. */
  #moveEyes(at: number, size: number): void {
    const side = this.#random() < 0.5 ? size : -size;
    const jump = (since: number) => (since < 0.05 ? since / 0.05 : Math.exp(-(since - 0.05) / 0.45));
    this.#waves.push({ at, length: 1.8, shape: jump, gains: [0.06 * side, 0, 0, side, -0.95 * side] });
  }

  #addWaves(t: number): void {
    for (const { at, length, shape, gains } of this.#waves) {
      const from = Math.max(0, Math.ceil((at - t) * fast));
      const to = Math.min(fast, Math.ceil((at + length - t) * fast));
      for (let k = from; k < to; k++) {
        const value = shape(t + k / fast - at);
        for (let channel = 0; channel < gains.length; channel++)
          this.#physical[channel]![k]! += gains[channel]! * value;
      }
    }
    this.#waves = this.#waves.filter(({ at, length }) => at + length > t + 1);
  }

  #loseElectrode(t: number): void {
    if (t < electrodeOff.at || t >= electrodeOff.until + 2) return;
    const o2 = this.#physical[2]!;
    if (t >= electrodeOff.until)
      for (let k = 0; k < fast; k++) o2[k]! += 420 * Math.exp(-(t - electrodeOff.until + k / fast) * 3);
    else if (t >= electrodeOff.flatAt) o2.fill(0);
    else
      for (let k = 0; k < fast; k++)
        o2[k] = 530 + 60 * sine(0.05 * (t + k / fast)) + 90 * sine((50 * k) / fast);
  }
}

function stagesOfNight(): Stage[] {
  const stages = architecture.flatMap(([stage, epochs]) => Array.from({ length: epochs }, () => stage));
  return Array.from({ length: seconds / 30 }, (_, epoch) =>
    epoch * 30 >= lightsOnAt - 60 ? 'W' : (stages[epoch] ?? 'W'),
  );
}

/** One beat in mV over its own length: P, Q, R, S and T wave. */
const heartbeat = Float64Array.from({ length: 512 }, (_, i) => {
  const at = i / 512;
  const qrs = 1.15 * bell(at - 0.3, 0.011) - 0.12 * bell(at - 0.272, 0.01) - 0.28 * bell(at - 0.33, 0.012);
  return 0.11 * bell(at - 0.14, 0.028) + qrs + 0.27 * bell(at - 0.58, 0.05);
});

const sineTable = Float64Array.from({ length: 4097 }, (_, i) => Math.sin((2 * Math.PI * i) / 4096));

/** Sine of a phase in turns. */
function sine(turns: number): number {
  return sineTable[Math.floor((turns - Math.floor(turns)) * 4096)]!;
}

function bell(distance: number, width: number): number {
  return Math.exp(-(distance * distance) / (2 * width * width));
}

function addScaled(out: Float64Array, band: Float64Array, scale: number): void {
  for (let k = 0; k < out.length; k++) out[k]! += band[k]! * scale;
}

function quantise(signal: WriteSignal, physical: Float64Array, digital: Int16Array): void {
  const lowest = signal.digitalMin ?? -32768;
  const highest = signal.digitalMax ?? 32767;
  const perUnit = (highest - lowest) / (signal.physicalMax - signal.physicalMin);
  for (let k = 0; k < physical.length; k++) {
    const value = Math.round(lowest + (physical[k]! - signal.physicalMin) * perUnit);
    digital[k] = Math.max(lowest, Math.min(highest, value));
  }
}

/** Noise in a band around `hz` at 128 Hz, root mean square 1: a resonant second-order filter over white noise. */
class BandNoise {
  readonly #a1: number;
  readonly #a2: number;
  readonly #gain: number;
  readonly #random: () => number;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(hz: number, q: number, random: () => number) {
    const w = (2 * Math.PI * hz) / fast;
    const alpha = Math.sin(w) / (2 * q);
    this.#a1 = (-2 * Math.cos(w)) / (1 + alpha);
    this.#a2 = (1 - alpha) / (1 + alpha);
    // Over uniform noise of variance 1/12, b (x[n] - x[n-2]) through these poles has the variance b^2 / (6 (1 - a2)).
    this.#gain = Math.sqrt(6 * (1 - this.#a2));
    this.#random = random;
  }

  /** Writes the next second. */
  fill(out: Float64Array): void {
    for (let k = 0; k < fast; k++) out[k] = this.#next();
  }

  /** Adds the next second, mixed with a band that others share, rising from one amplitude to another. */
  addTo(out: Float64Array, shared: Float64Array, from: number, to: number): void {
    for (let k = 0; k < fast; k++) {
      out[k]! += (0.8 * shared[k]! + 0.6 * this.#next()) * (from + ((to - from) * k) / fast);
    }
  }

  #next(): number {
    const x = this.#random() - 0.5;
    const y = this.#gain * (x - this.#x2) - this.#a1 * this.#y1 - this.#a2 * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}

/** Seeded numbers in [0, 1): mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
