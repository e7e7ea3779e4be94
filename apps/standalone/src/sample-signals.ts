import type { WriteSignal } from '@edf-pipeline/edf';
import { electrodeOff, lightsOffAt, lightsOnAt, nightSeconds } from './sample-night.ts';
import type { Night, Stage } from './sample-night.ts';
import { BandNoise, bell, rateHz, sine } from './sample-noise.ts';

// Looked up once, as in sample-noise.ts.
const { PI, ceil, exp, floor, max, min, round, sin } = Math;

/** Samples per second of airflow and effort. */
export const breathingRateHz = 32;

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

/** A wave placed at a time: a shape over its length, with a gain for F4, C4, O2, E1 and E2. */
interface Wave {
  readonly at: number;
  readonly length: number;
  readonly shape: (since: number) => number;
  readonly gains: readonly number[];
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

/** The samples of a night, second by second and in order. */
export class NightSignals {
  readonly #night: Night;
  readonly #signals: readonly WriteSignal[];
  readonly #random: () => number;
  readonly #common: BandNoise[];
  readonly #own: BandNoise[][];
  readonly #drift: BandNoise[];
  readonly #muscle: BandNoise;
  readonly #rolling: BandNoise;
  readonly #band = new Float64Array(rateHz);
  readonly #physical: Float64Array[];
  readonly #digital: Int16Array[];
  readonly #eeg = eegByStage.W.map((band) => [...band]);
  #waves: Wave[] = [];
  #emg = emgByStage.W;
  #breath = 0;
  #depth = 1;
  #work = 1;
  #paradox = 0;
  #beat = 0;
  #pulse = pulseByStage.W;
  #eyesUntil = 0;

  /** @param signals F4, C4, O2, E1, E2, chin, ECG; airflow, thorax, abdomen; saturation, pulse, position */
  constructor(night: Night, signals: readonly WriteSignal[], random: () => number) {
    const brainBands = () => bands.map(([hz, quality]) => new BandNoise(hz, quality, random));
    this.#night = night;
    this.#signals = signals;
    this.#random = random;
    this.#common = brainBands();
    this.#own = [brainBands(), brainBands(), brainBands()];
    this.#drift = Array.from({ length: 5 }, () => new BandNoise(0.25, 0.5, random));
    this.#muscle = new BandNoise(34, 0.6, random);
    this.#rolling = new BandNoise(0.3, 1.5, random);
    this.#physical = signals.map((signal) => new Float64Array(signal.samplesPerDataRecord));
    this.#digital = signals.map((signal) => new Int16Array(signal.samplesPerDataRecord));
  }

  /** The digital samples of second `t`, per signal; lent until the next call. */
  second(t: number): Int16Array[] {
    const stage = this.#night.stages[floor(t / 30)]!;
    for (const samples of this.#physical) samples.fill(0);
    this.#placeWaves(t, stage);
    this.#brain(t, stage);
    this.#eyes(stage);
    this.#chin(t, stage);
    this.#chest(t, stage);
    this.#addWaves(t);
    this.#loseElectrode(t);
    this.#signals.forEach((signal, i) => quantise(signal, this.#physical[i]!, this.#digital[i]!));
    return this.#digital;
  }

  #brain(t: number, stage: Stage): void {
    const arousal = this.#night.arousal[t]!;
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
      addScaled(this.#physical[channel]!, this.#band, 3 + 70 * max(0, arousal - 0.7));
    }
  }

  /** Eyes see the frontal brain waves too, alike on both sides; they themselves move them against each other. */
  #eyes(stage: Stage): void {
    const [frontal, , left, right] = this.#physical.toSpliced(1, 1) as Four;
    this.#rolling.fill(this.#band);
    const rolling = stage === 'N1' ? 45 : stage === 'W' ? 14 : stage === 'R' ? 7 : 2;
    for (let k = 0; k < rateHz; k++) {
      left[k]! += 0.5 * frontal[k]! + rolling * this.#band[k]!;
      right[k]! += 0.45 * frontal[k]! - rolling * this.#band[k]!;
    }
  }

  #chin(t: number, stage: Stage): void {
    const twitch = stage === 'R' && this.#random() < 0.03 ? 9 : 0;
    const to = emgByStage[stage] + twitch + 30 * this.#night.arousal[t]!;
    this.#muscle.fill(this.#band);
    const from = this.#emg;
    for (let k = 0; k < rateHz; k++)
      this.#physical[5]![k] = this.#band[k]! * (from + ((to - from) * k) / rateHz);
    this.#emg = from + (to - from) * 0.6;
    // Muscle is heard in the EEG when it is loud.
    for (let channel = 0; channel < 5; channel++)
      addScaled(this.#physical[channel]!, this.#band, max(0, to - 14) * 0.35);
  }

  #chest(t: number, stage: Stage): void {
    const random = this.#random;
    const [ecg, airflow, thorax, abdomen] = this.#physical.slice(6) as Four;
    const open = this.#night.breathing[t]!;
    const openNext = this.#night.breathing[min(nightSeconds - 1, t + 1)]!;
    const closed = this.#night.obstruction[t]!;
    const irregular = stage === 'R' ? 0.3 : stage === 'W' ? 0.2 : 0.06;
    const breathHz = breathsByStage[stage] * (1 + irregular * (random() - 0.5)) * (open > 1 ? 1.2 : 1);
    const depthBefore = this.#depth;
    this.#depth += ((stage === 'R' ? 0.75 : 1) * (1 + irregular * (random() - 0.5)) - depthBefore) * 0.5;
    const workBefore = this.#work;
    this.#work += ((closed > 0 ? 0.55 + 0.25 * closed : min(1.4, open) * this.#depth) - workBefore) * 0.5;
    const paradoxBefore = this.#paradox;
    this.#paradox += ((closed > 0.5 ? 1 : 0) - paradoxBefore) * 0.5;
    for (let k = 0; k < breathingRateHz; k++) {
      const phase = this.#breath + (breathHz * k) / breathingRateHz;
      const depth = depthBefore + ((this.#depth - depthBefore) * k) / breathingRateHz;
      const amplitude = depth * (open + ((openNext - open) * k) / breathingRateHz);
      airflow[k] = amplitude * (1.6 * sine(phase) + 0.35 * sine(2 * phase + 0.1)) + 0.03 * (random() - 0.5);
      const work = workBefore + ((this.#work - workBefore) * k) / breathingRateHz;
      const paradox = paradoxBefore + ((this.#paradox - paradoxBefore) * k) / breathingRateHz;
      thorax[k] = -1.5 * work * sine(phase + 0.25) + 0.03 * (random() - 0.5);
      // Against a closed airway the belly rises while the chest sinks.
      abdomen[k] = -1.8 * work * sine(phase + 0.27 + 0.45 * paradox) + 0.03 * (random() - 0.5);
    }
    const rest = pulseByStage[stage] + (closed > 0 ? -5 : open > 1 ? 13 : 0) + 10 * this.#night.arousal[t]!;
    this.#pulse += (rest - this.#pulse) * 0.15;
    for (let k = 0; k < rateHz; k++) {
      const phase = this.#breath + (breathHz * k) / rateHz;
      // The heart beats rateHzer while one breathes in.
      this.#beat += (this.#pulse + 3.5 * sine(phase)) / 60 / rateHz;
      if (this.#beat >= 1) this.#beat -= 1 + 0.02 * (random() - 0.5);
      const at = floor(max(0, this.#beat) * (heartbeat.length - 1));
      ecg[k] =
        heartbeat[at]! * (1 + 0.07 * sine(phase)) + 0.05 * sine(phase + 0.3) + 0.012 * (random() - 0.5);
    }
    this.#breath = (this.#breath + breathHz) % 1;
    this.#physical[10]![0] =
      96.6 - 0.6 * (stage === 'R' ? 1 : 0) - this.#night.desaturation[t]! + 0.5 * (random() - 0.5);
    this.#physical[11]![0] = this.#pulse + 1.2 * (random() - 0.5);
    this.#physical[12]![0] = this.#night.position[t]!;
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
      const spindle = (since: number) => sin(2 * PI * hz * since) * sin((PI * since) / length) ** 2;
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
      if (t >= this.#eyesUntil && chance(4)) this.#eyesUntil = t + 3 + floor(random() * 6);
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
    const jump = (since: number) => (since < 0.05 ? since / 0.05 : exp(-(since - 0.05) / 0.45));
    this.#waves.push({ at, length: 1.8, shape: jump, gains: [0.06 * side, 0, 0, side, -0.95 * side] });
  }

  #addWaves(t: number): void {
    for (const { at, length, shape, gains } of this.#waves) {
      const from = max(0, ceil((at - t) * rateHz));
      const to = min(rateHz, ceil((at + length - t) * rateHz));
      for (let k = from; k < to; k++) {
        const value = shape(t + k / rateHz - at);
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
      for (let k = 0; k < rateHz; k++) o2[k]! += 420 * exp(-(t - electrodeOff.until + k / rateHz) * 3);
    else if (t >= electrodeOff.flatAt) o2.fill(0);
    else
      for (let k = 0; k < rateHz; k++)
        o2[k] = 530 + 60 * sine(0.05 * (t + k / rateHz)) + 90 * sine((50 * k) / rateHz);
  }
}

/** One beat in mV over its own length: P, Q, R, S and T wave. */
const heartbeat = Float64Array.from({ length: 512 }, (_, i) => {
  const at = i / 512;
  const qrs = 1.15 * bell(at - 0.3, 0.011) - 0.12 * bell(at - 0.272, 0.01) - 0.28 * bell(at - 0.33, 0.012);
  return 0.11 * bell(at - 0.14, 0.028) + qrs + 0.27 * bell(at - 0.58, 0.05);
});

function addScaled(out: Float64Array, band: Float64Array, scale: number): void {
  for (let k = 0; k < out.length; k++) out[k]! += band[k]! * scale;
}

function quantise(signal: WriteSignal, physical: Float64Array, digital: Int16Array): void {
  const lowest = signal.digitalMin ?? -32768;
  const highest = signal.digitalMax ?? 32767;
  const perUnit = (highest - lowest) / (signal.physicalMax - signal.physicalMin);
  for (let k = 0; k < physical.length; k++) {
    const value = round(lowest + (physical[k]! - signal.physicalMin) * perUnit);
    digital[k] = max(lowest, min(highest, value));
  }
}
