import { EdfError } from './errors.ts';
import type { SignalHeader } from './header.ts';
import type { KernelExports, ScaledKernel } from './kernels/kernel-exports.ts';
import type { OverviewBins, OverviewReducer } from './overview-reducer.ts';

/**
 * Consecutive whole data records, decoded signal by signal as far as it is asked for.
 * All arrays are lent: each holds until another one of the same signal is asked for, or until the next block.
 */
export interface SampleBlock {
  readonly firstRecord: number;
  readonly recordCount: number;
  /** The data records as they are in the file. */
  readonly bytes: Uint8Array;
  /** Stored integers, never clipped: Int16Array for EDF, Int32Array for BDF. */
  digital(signalIndex: number): Int16Array | Int32Array;
  /** gain * (digital + offset) of {@link physicalScale}, as EDFlib and pyEDFlib compute it. */
  physical(signalIndex: number): Float64Array;
  /** The same, rounded once to float32. */
  physicalFloat32(signalIndex: number): Float32Array;
  /**
   * The same expression in float32 throughout, for display and for analysis in float32: at most
   * 2^-24 * (3.01 * |value| + |gain * offset|) off.
   */
  fastFloat32(signalIndex: number): Float32Array;
  /** Adds the samples to the {@link SampleDecoder.statistics} of the signal. */
  measure(signalIndex: number): void;
  /**
   * Extremes of the bins that are complete with this block; the rest with the last block of the walk. Lent until an
   * overview of any signal is asked for.
   */
  overview(signalIndex: number): readonly OverviewBins[];
}

/** A signal's place in the kernels' memory. */
export interface SignalPlace {
  readonly header: SignalHeader;
  readonly gain: number;
  readonly offset: number;
  /** Where its decoded samples go, 8 bytes for each. */
  readonly out: number;
  readonly measureState: number;
  readonly reducer: OverviewReducer;
}

/** The places of a decoder's memory. */
export interface BlockLayout {
  readonly bytesPerSample: 2 | 3;
  readonly dataRecordByteLength: number;
  readonly recordsAt: number;
  readonly scratchAt: number;
  readonly overviewAt: number;
  /** Null for annotations signals. */
  readonly places: readonly (SignalPlace | null)[];
}

/** The one block of a decoder, used again and again; {@link move} says which data records it is now. */
export class LentBlock implements SampleBlock {
  firstRecord = 0;
  recordCount = 0;
  bytes = new Uint8Array(0);
  readonly #kernels: KernelExports;
  readonly #layout: BlockLayout;
  #isLast = false;
  /** The signal whose samples are in the scratch memory; -1 for none. */
  #gathered = -1;
  // Kept from block to block: making a view costs more than decoding a few hundred samples.
  readonly #integers: (Int16Array | Int32Array | undefined)[] = [];
  readonly #doubles: (Float64Array | undefined)[] = [];
  readonly #floats: (Float32Array | undefined)[] = [];

  /** @param kernels with a memory that does not grow any more */
  constructor(kernels: KernelExports, layout: BlockLayout) {
    this.#kernels = kernels;
    this.#layout = layout;
  }

  /** @param isLast whether the walk ends here */
  move(firstRecord: number, recordCount: number, bytes: Uint8Array<ArrayBuffer>, isLast: boolean): void {
    this.firstRecord = firstRecord;
    this.recordCount = recordCount;
    this.bytes = bytes;
    this.#isLast = isLast;
    this.#gathered = -1;
  }

  digital(signalIndex: number): Int16Array | Int32Array {
    const place = this.#place(signalIndex);
    const count = this.#gather(place, place.out);
    const kept = this.#integers[signalIndex];
    if (kept?.length === count) return kept;
    const make = this.#layout.bytesPerSample === 2 ? Int16Array : Int32Array;
    return (this.#integers[signalIndex] = new make(this.#buffer(), place.out, count));
  }

  physical(signalIndex: number): Float64Array {
    const { exact64of16, exact64of24 } = this.#kernels;
    const place = this.#place(signalIndex);
    const count = this.#scale(place, exact64of16, exact64of24);
    const kept = this.#doubles[signalIndex];
    if (kept?.length === count) return kept;
    return (this.#doubles[signalIndex] = new Float64Array(this.#buffer(), place.out, count));
  }

  physicalFloat32(signalIndex: number): Float32Array {
    const { exact32of16, exact32of24 } = this.#kernels;
    return this.#float32(signalIndex, exact32of16, exact32of24);
  }

  fastFloat32(signalIndex: number): Float32Array {
    const { fast32of16, fast32of24 } = this.#kernels;
    return this.#float32(signalIndex, fast32of16, fast32of24);
  }

  measure(signalIndex: number): void {
    const place = this.#place(signalIndex);
    const { scratchAt, bytesPerSample } = this.#layout;
    const count = this.#gatherToScratch(place);
    if (bytesPerSample === 2) this.#kernels.measure16(scratchAt, count, place.measureState);
    else this.#kernels.measure32(scratchAt, count, place.measureState);
  }

  overview(signalIndex: number): readonly OverviewBins[] {
    const place = this.#place(signalIndex);
    const { scratchAt, overviewAt } = this.#layout;
    const count = this.#gatherToScratch(place);
    return place.reducer.add(scratchAt, count, overviewAt, this.#isLast);
  }

  #float32(signalIndex: number, of16: ScaledKernel, of24: ScaledKernel): Float32Array {
    const place = this.#place(signalIndex);
    const count = this.#scale(place, of16, of24);
    const kept = this.#floats[signalIndex];
    if (kept?.length === count) return kept;
    return (this.#floats[signalIndex] = new Float32Array(this.#buffer(), place.out, count));
  }

  #scale({ header, out, gain, offset }: SignalPlace, of16: ScaledKernel, of24: ScaledKernel): number {
    const { bytesPerSample, dataRecordByteLength, recordsAt } = this.#layout;
    const perRecord = header.samplesPerDataRecord;
    const from = recordsAt + header.byteOffsetInDataRecord;
    const kernel = bytesPerSample === 2 ? of16 : of24;
    kernel(from, dataRecordByteLength, perRecord, this.recordCount, out, gain, offset);
    return perRecord * this.recordCount;
  }

  #gatherToScratch(place: SignalPlace): number {
    const { index, samplesPerDataRecord } = place.header;
    if (this.#gathered === index) return samplesPerDataRecord * this.recordCount;
    this.#gathered = index;
    return this.#gather(place, this.#layout.scratchAt);
  }

  #gather({ header }: SignalPlace, to: number): number {
    const { bytesPerSample, dataRecordByteLength, recordsAt } = this.#layout;
    const perRecord = header.samplesPerDataRecord;
    const from = recordsAt + header.byteOffsetInDataRecord;
    const kernel = bytesPerSample === 2 ? this.#kernels.gather16 : this.#kernels.widen24;
    kernel(from, dataRecordByteLength, perRecord, this.recordCount, to);
    return perRecord * this.recordCount;
  }

  #place(signalIndex: number): SignalPlace {
    return placeOf(this.#layout, signalIndex);
  }

  #buffer(): ArrayBuffer {
    return this.#kernels.memory.buffer as ArrayBuffer;
  }
}

/** @throws EdfError `range-invalid` when there is no such ordinary signal */
export function placeOf(layout: BlockLayout, signalIndex: number): SignalPlace {
  const place = layout.places[signalIndex];
  if (place !== null && place !== undefined) return place;
  const message = `The recording has no ordinary signal ${signalIndex}.`;
  throw new EdfError('range-invalid', message, { signal: signalIndex });
}
