import { sampleRange } from '../header-fields.ts';
import type { EdfHeader, SignalHeader } from '../header.ts';
import { sampleRateHz } from '../sample-rate.ts';
import type { ScanBlock } from './scan-block.ts';

/** Flat stretches are counted in pieces of so many seconds, or of a data record where that is shorter. */
const pieceSeconds = 5;
/** And of no more samples than may be in memory at once. */
const mostInPiece = 131_072;
/** Beyond all samples: a window from it to its negative is closed. */
const closed = 1_000_000_000;

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
  /** Place of the first sample in a data record. */
  readonly #from: number;
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
    this.#from = signal.byteOffsetInDataRecord / header.bytesPerSample;
    const rate = sampleRateHz(header, signal);
    const inSeconds = Math.round(rate * pieceSeconds) || Infinity;
    this.#pieceLength = Math.max(1, Math.min(this.#perRecord, inSeconds, mostInPiece));
  }

  /** A number of samples near `wanted` at which a data record can be cut for {@link addPiece}. */
  pieceLengthNear(wanted: number): number {
    return Math.max(1, Math.floor(wanted / this.#pieceLength)) * this.#pieceLength;
  }

  /** Looks at the next data records. */
  add(block: ScanBlock): void {
    if (this.#perRecord > 0) this.#addSamples(block, this.#from, this.#perRecord);
  }

  /** Looks at the next samples of a data record: those of `block` are of this signal alone. */
  addPiece(block: ScanBlock): void {
    this.#addSamples(block, 0, block.samples.length);
  }

  #addSamples(block: ScanBlock, from: number, perRecord: number): void {
    const { samples, stride, recordCount } = block;
    for (let record = 0; record < recordCount; record++) {
      // Nothing is within a window that is still closed.
      if (this.#windowMin <= this.#windowMax) {
        record += block.countWithin(from, perRecord, record, this.#windowMin, this.#windowMax);
        if (record === recordCount) break;
      }
      const start = from + record * stride;
      this.#lookAtAll(samples, start, start + perRecord, this.sampleCount + record * perRecord);
    }
    for (let start = from; start < samples.length; start += stride)
      this.#findFlat(samples, start, start + perRecord);
    this.sampleCount += perRecord * recordCount;
  }

  #lookAtAll(samples: Int16Array | Int32Array, start: number, end: number, firstSample: number): void {
    for (let at = start; at < end; at++) {
      const value = samples[at]!;
      if (value < this.#windowMin || value > this.#windowMax) this.#look(value, firstSample + at - start);
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
