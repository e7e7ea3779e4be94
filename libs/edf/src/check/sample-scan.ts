import { sampleRange } from '../header-fields.ts';
import type { EdfHeader, SignalHeader } from '../header.ts';
import { sampleRateHz } from '../sample-rate.ts';
import type { SampleBlock } from './within-limits.ts';
import { areWithin } from './within-limits.ts';

/** Flat stretches are counted in pieces of so many seconds, or of a data record where that is shorter. */
const pieceSeconds = 5;
/** Beyond all samples: a window from it to its negative holds none. */
const closed = 1_000_000_000;
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * What the samples of one signal are like, gathered block by block: exact extremes and counts, and the longest flat
 * stretch in whole pieces. Memory does not depend on the length of the recording.
 */
export class SampleScan {
  /** Digital limits; those of a sample where the header gives none. */
  readonly lowest: number;
  readonly highest: number;
  sampleCount = 0;
  /** Extremes of all samples, those outside the limits included. */
  min = Infinity;
  max = -Infinity;
  /** Samples at a limit, and outside. */
  clippedCount = 0;
  outOfRangeCount = 0;
  firstOutOfRange: { readonly sample: number; readonly value: number } | null = null;
  /** Samples of the longest stretch of pieces that are flat and alike. */
  longestFlat = 0;
  readonly signal: SignalHeader;
  readonly #perRecord: number;
  readonly #pieceLength: number;
  // What most data records are: within the limits, without a new extreme.
  #windowMin = closed;
  #windowMax = -closed;
  #flatValue = NaN;
  #flatLength = 0;

  constructor(header: EdfHeader, signal: SignalHeader) {
    this.signal = signal;
    const [lowest, highest] = sampleRange[header.bytesPerSample];
    const isRange = signal.digitalMin < signal.digitalMax;
    this.lowest = isRange ? signal.digitalMin : lowest;
    this.highest = isRange ? signal.digitalMax : highest;
    this.#perRecord = signal.samplesPerDataRecord;
    const rate = sampleRateHz(header, signal);
    this.#pieceLength = Math.max(1, Math.min(this.#perRecord, Math.round(rate * pieceSeconds) || Infinity));
  }

  /**
   * Looks at the next data records.
   *
   * @param block sample values of all signals; a data record is `stride` of them
   * @param from index of the signal's first sample
   */
  add(block: SampleBlock, from: number, stride: number, recordCount: number): void {
    const perRecord = this.#perRecord;
    if (perRecord === 0) return;
    const { samples } = block;
    for (let record = 0; record < recordCount; record++) {
      const start = from + record * stride;
      const end = start + perRecord;
      if (!areWithin(block, start, end, this.#windowMin, this.#windowMax))
        this.#lookAtAll(samples, start, end);
      this.#findFlat(samples, start, end);
      this.sampleCount += perRecord;
    }
  }

  #lookAtAll(samples: Int16Array | Int32Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const value = samples[at]!;
      if (value < this.#windowMin || value > this.#windowMax)
        this.#look(value, this.sampleCount + at - start);
    }
  }

  #look(value: number, sample: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value < this.lowest || value > this.highest) {
      if (this.outOfRangeCount++ === 0) this.firstOutOfRange = { sample, value };
    } else if (value === this.lowest || value === this.highest) this.clippedCount++;
    else {
      if (value < this.#windowMin) this.#windowMin = value;
      if (value > this.#windowMax) this.#windowMax = value;
    }
  }

  #findFlat(samples: Int16Array | Int32Array, start: number, end: number): void {
    for (let at = start; at < end; at += this.#pieceLength) {
      const stop = Math.min(at + this.#pieceLength, end);
      const value = samples[at]!;
      if (value !== samples[stop - 1] || value !== samples[(at + stop) >> 1] || !isFlat(samples, at, stop)) {
        this.#flatLength = 0;
        this.#flatValue = NaN;
        continue;
      }
      this.#flatLength = value === this.#flatValue ? this.#flatLength + stop - at : stop - at;
      this.#flatValue = value;
      if (this.#flatLength > this.longestFlat) this.longestFlat = this.#flatLength;
    }
  }
}

function isFlat(samples: Int16Array | Int32Array, start: number, end: number): boolean {
  const value = samples[start];
  for (let at = start + 1; at < end; at++) if (samples[at] !== value) return false;
  return true;
}

/**
 * Data records as sample values: a view of the same memory where that is possible (16 bit, even address), otherwise
 * a copy in `reused`.
 *
 * @param records whole data records
 * @param reused an array to copy into, given back by an earlier call; null at first
 */
export function samplesOf(
  header: EdfHeader,
  records: Uint8Array,
  reused: Int16Array | Int32Array | null,
): Int16Array | Int32Array {
  const count = records.length / header.bytesPerSample;
  if (header.bytesPerSample === 2) {
    if (isLittleEndian && records.byteOffset % 2 === 0)
      return new Int16Array(records.buffer, records.byteOffset, count);
    const samples = reused !== null && reused.length >= count ? reused : new Int16Array(count);
    for (let i = 0, at = 0; i < count; i++, at += 2) samples[i] = records[at]! | (records[at + 1]! << 8);
    return samples;
  }
  const samples = reused !== null && reused.length >= count ? reused : new Int32Array(count);
  for (let i = 0, at = 0; i < count; i++, at += 3) {
    samples[i] = ((records[at]! << 8) | (records[at + 1]! << 16) | (records[at + 2]! << 24)) >> 8;
  }
  return samples;
}
