/** Sleep stage of an epoch. */
export type Stage = 'W' | 'N1' | 'N2' | 'N3' | 'R';

/** An annotation of the night. */
export interface Happening {
  readonly onsetSeconds: number;
  readonly durationSeconds?: number;
  readonly text: string;
}

/** Length of the night. */
export const nightSeconds = 8 * 3600;
export const lightsOffAt = 11 * 60;
export const lightsOnAt = nightSeconds - 6 * 60;
/** The O2 electrode comes off: its signal runs to the rail, then rests on one value until it is back. */
export const electrodeOff = { at: 13_260, flatAt: 13_305, until: 13_740 };

// prettier-ignore
/** Stages in order, with their number of 30-second epochs: five cycles, deep sleep first and dreams towards morning. */
const architecture: [Stage, number][] = [
  ['W', 46], ['N1', 7], ['N2', 22], ['N3', 46], ['N2', 9], ['R', 13], ['N1', 2], ['N2', 44], ['N3', 48], ['N2', 12],
  ['R', 31], ['W', 3], ['N1', 4], ['N2', 62], ['N3', 25], ['N2', 21], ['R', 43], ['W', 9], ['N1', 6], ['N2', 84],
  ['N3', 9], ['N2', 26], ['R', 55], ['N1', 3], ['N2', 51], ['W', 5], ['N1', 5], ['N2', 58], ['R', 62], ['N1', 3],
  ['N2', 40], ['W', 2], ['N1', 4], ['N2', 38],
];

/** What happens in the night, second by second; the same for the same random numbers. */
export class Night {
  /** Per epoch of 30 seconds. */
  readonly stages = stagesOfNight();
  /** Per second: arousal (0 to 1), breathing (1 is calm), effort against a closed airway, fall of saturation in %. */
  readonly arousal = new Float64Array(nightSeconds);
  readonly breathing = new Float64Array(nightSeconds).fill(1);
  readonly obstruction = new Float64Array(nightSeconds);
  readonly desaturation = new Float64Array(nightSeconds);
  /** Per second: 0 upright, 1 supine, 2 left, 3 right, 4 prone. */
  readonly position = new Uint8Array(nightSeconds);
  readonly #happenings = new Map<number, Happening[]>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.#plan();
  }

  /** What begins in second `t`. */
  happeningsAt(t: number): Happening[] {
    return this.#happenings.get(t) ?? [];
  }

  #plan(): void {
    const random = this.#random;
    this.#note({ onsetSeconds: lightsOffAt, text: 'Lights off' });
    this.#note({ onsetSeconds: lightsOnAt, text: 'Lights on' });
    this.#note({ onsetSeconds: electrodeOff.until, text: 'Technician replaced electrode O2' });
    this.stages.forEach((stage, epoch) =>
      this.#note({ onsetSeconds: epoch * 30, durationSeconds: 30, text: `Sleep stage ${stage}` }),
    );
    // prettier-ignore
    const turns: [number, number][] = [[0, 0], [lightsOffAt - 60, 1], [5_700, 2], [10_140, 1], [16_200, 3], [19_800, 1], [24_300, 2], [lightsOnAt + 60, 0]];
    turns.forEach(([at, position], i) => {
      this.position.fill(position, at, turns[i + 1]?.[0] ?? nightSeconds);
      if (i > 0) this.#arouse(at, 9, 1);
    });
    for (let t = lightsOffAt + 1500; t < lightsOnAt - 120;) {
      const stage = this.stages[Math.floor(t / 30)]!;
      const isSupine = this.position[t] === 1;
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
    this.breathing.fill(isApnea ? 0.03 : 0.4, at, end).fill(1.6, end, end + 9);
    this.obstruction.fill(isApnea ? 1 : 0.4, at, end);
    const fall = (isApnea ? 3 : 2) + length * 0.13 * random();
    for (let i = 0; i < 90; i++) {
      const rise = i / 24;
      this.desaturation[at + 14 + i]! +=
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
    for (let t = at; t < Math.min(nightSeconds, at + length); t++)
      this.arousal[t] = Math.max(this.arousal[t]!, strength);
  }

  #note(happening: Happening): void {
    const list = this.#happenings.get(happening.onsetSeconds) ?? [];
    this.#happenings.set(happening.onsetSeconds, [...list, happening]);
  }
}

function stagesOfNight(): Stage[] {
  const stages = architecture.flatMap(([stage, epochs]) => Array.from({ length: epochs }, () => stage));
  return Array.from({ length: nightSeconds / 30 }, (_, epoch) =>
    epoch * 30 >= lightsOnAt - 60 ? 'W' : (stages[epoch] ?? 'W'),
  );
}
