// Looked up once: under Jest every use of a global goes through the sandbox, a hundred times slower.
const { cos, exp, floor, imul, sin, sqrt, PI } = Math;

/** Samples per second of the noise, and of all signals of electrodes. */
export const rateHz = 128;

const sineTable = Float64Array.from({ length: 4097 }, (_, i) => sin((2 * PI * i) / 4096));

/** Sine of a phase in turns. */
export function sine(turns: number): number {
  return sineTable[floor((turns - floor(turns)) * 4096)]!;
}

/** A bell curve of height 1 around 0. */
export function bell(distance: number, width: number): number {
  return exp(-(distance * distance) / (2 * width * width));
}

/** Noise in a band around `hz` at {@link rateHz}, root mean square 1: a resonant second-order filter over white noise. */
export class BandNoise {
  readonly #a1: number;
  readonly #a2: number;
  readonly #gain: number;
  readonly #random: () => number;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(hz: number, q: number, random: () => number) {
    const w = (2 * PI * hz) / rateHz;
    const alpha = sin(w) / (2 * q);
    this.#a1 = (-2 * cos(w)) / (1 + alpha);
    this.#a2 = (1 - alpha) / (1 + alpha);
    // Over uniform noise of variance 1/12, b (x[n] - x[n-2]) through these poles has the variance b^2 / (6 (1 - a2)).
    this.#gain = sqrt(6 * (1 - this.#a2));
    this.#random = random;
  }

  /** Writes the next second. */
  fill(out: Float64Array): void {
    for (let k = 0; k < rateHz; k++) out[k] = this.#next();
  }

  /** Adds the next second, mixed with a band that others share, rising from one amplitude to another. */
  addTo(out: Float64Array, shared: Float64Array, from: number, to: number): void {
    for (let k = 0; k < rateHz; k++) {
      out[k]! += (0.8 * shared[k]! + 0.6 * this.#next()) * (from + ((to - from) * k) / rateHz);
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
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
