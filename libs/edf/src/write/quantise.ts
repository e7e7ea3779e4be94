import { EdfError } from '../errors.ts';
import { sampleRange } from '../header-fields.ts';
import type { WriteSignal } from '../write.ts';

/** What became of the values of one signal. */
export interface WrittenSignal {
  readonly label: string;
  /** Samples written, padding included. */
  readonly sampleCount: number;
  /**
   * The largest difference between a physical value given and the one that is read back, of values that were moved to
   * a limit too: infinite for infinite ones. 0 for digital values.
   */
  readonly largestError: number;
  /** Values beyond the limits that were moved to them (`whenOutside: 'clip'`). */
  readonly clippedCount: number;
  /** Samples added to fill the last data record. */
  readonly paddedCount: number;
}

/** Turns physical values of one signal into digital ones and keeps count of what that costs. */
export class Quantiser {
  largestError = 0;
  clippedCount = 0;
  readonly digitalMin: number;
  readonly digitalMax: number;
  readonly #gain: number;
  readonly #offset: number;
  readonly #index: number;
  readonly #clips: boolean;

  /** @throws EdfError `write-value-invalid` for limits that give no scale, or that samples cannot reach */
  constructor(signal: WriteSignal, index: number, bytesPerSample: 2 | 3, clips: boolean) {
    const [lowest, highest] = sampleRange[bytesPerSample];
    const { physicalMin, physicalMax, digitalMin = lowest, digitalMax = highest } = signal;
    const fault = (field: string, message: string): never => {
      throw new EdfError('write-value-invalid', message, { field, signal: index });
    };
    if (!Number.isInteger(digitalMin) || digitalMin < lowest || digitalMin > highest)
      fault('digitalMin', `The digitalMin ${digitalMin} is not an integer from ${lowest} to ${highest}.`);
    if (!Number.isInteger(digitalMax) || digitalMax > highest || digitalMax <= digitalMin)
      fault(
        'digitalMax',
        `The digitalMax ${digitalMax} is not an integer above digitalMin, up to ${highest}.`,
      );
    if (!Number.isFinite(physicalMin) || !Number.isFinite(physicalMax) || physicalMin === physicalMax)
      fault('physicalMax', 'The physical limits are equal or no numbers: they give no scale.');
    this.digitalMin = digitalMin;
    this.digitalMax = digitalMax;
    this.#gain = (physicalMax - physicalMin) / (digitalMax - digitalMin);
    this.#offset = physicalMax / this.#gain - digitalMax;
    this.#index = index;
    this.#clips = clips;
  }

  /** @throws EdfError `write-value-invalid` for a value that is no number, or beyond the limits unless they clip */
  quantise(values: ArrayLike<number>, out: Int32Array): void {
    const gain = this.#gain;
    const offset = this.#offset;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      let digital = Math.round(value / gain - offset);
      if (!(digital >= this.digitalMin && digital <= this.digitalMax))
        digital = this.#outside(value, digital);
      const error = Math.abs(gain * (digital + offset) - value);
      if (error > this.largestError) this.largestError = error;
      out[i] = digital;
    }
  }

  #outside(value: number, digital: number): number {
    if (!this.#clips || Number.isNaN(digital)) {
      const message = `The physical value ${value} of signal ${this.#index} is beyond its limits; choose wider ones, or clip.`;
      throw new EdfError('write-value-invalid', message, { signal: this.#index });
    }
    this.clippedCount++;
    return digital < this.digitalMin ? this.digitalMin : this.digitalMax;
  }
}
