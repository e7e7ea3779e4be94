import type { BlockOptions } from './data-record.ts';
import { blockByteLengthOf, blockRanges } from './data-record.ts';
import type { KernelExports } from './kernels/kernel-exports.ts';
import { growKernelMemory } from './kernels/kernel-memory.ts';
import { loadKernels } from './kernels/load-kernels.ts';
import type { SampleStatistics } from './kernels/measure-state.ts';
import { clearMeasureState, measureStateByteLength, readMeasureState } from './kernels/measure-state.ts';
import type { EdfFile } from './open.ts';
import { fillExactly } from './open.ts';
import { OverviewReducer, overviewByteLength } from './overview-reducer.ts';
import { physicalScale } from './physical-scale.ts';
import type { BlockLayout, SampleBlock } from './sample-block.ts';
import { LentBlock, placeOf } from './sample-block.ts';

// Measured: smaller blocks cost more calls, larger ones leave the second-level cache.
const defaultBlockByteLength = 512 * 1024;
const slack = 64;

/**
 * Decodes a recording block by block in one memory of its own, which it uses again for every block: nothing is
 * allocated on the way, and the memory is that of one block, never of the file. One walk at a time.
 */
export class SampleDecoder {
  readonly #file: EdfFile;
  readonly #kernels: KernelExports;
  readonly #blockByteLength: number;
  readonly #layout: BlockLayout;
  readonly #block: LentBlock;

  /**
   * {@link createSampleDecoder} loads the kernels.
   *
   * @param kernels with a memory that nothing else uses
   * @throws EdfError `memory-insufficient`
   */
  constructor(file: EdfFile, kernels: KernelExports, blockByteLength = defaultBlockByteLength) {
    this.#file = file;
    this.#kernels = kernels;
    this.#blockByteLength = blockByteLength;
    const { layout, byteLength } = layoutOf(file, kernels, blockByteLengthOf(file, { blockByteLength }));
    this.#layout = layout;
    growKernelMemory(kernels.memory, byteLength);
    this.#block = new LentBlock(kernels, layout);
    this.resetStatistics();
  }

  /**
   * Walks through data records. Bins of the overview are counted from the first of them; to keep bins from spanning
   * a gap, walk through one run after the other.
   *
   * @param options all data records by default
   * @yields the same object each time
   * @throws EdfError `range-invalid`, `source-read-short`; an abort rejects with the signal's reason
   */
  async *blocks(options: Omit<BlockOptions, 'blockByteLength'> = {}): AsyncIterable<SampleBlock> {
    const { signal, firstRecord = 0 } = options;
    const endRecord = firstRecord + (options.recordCount ?? this.#file.dataRecordCount - firstRecord);
    for (const place of this.#layout.places) place?.reducer.reset();
    const buffer = this.#kernels.memory.buffer as ArrayBuffer;
    let bytes = new Uint8Array(buffer, this.#layout.recordsAt, 0);
    for (const range of blockRanges(this.#file, { ...options, blockByteLength: this.#blockByteLength })) {
      signal?.throwIfAborted();
      const length = range.end - range.start;
      if (bytes.length !== length) bytes = new Uint8Array(buffer, this.#layout.recordsAt, length);
      await fillExactly(this.#file.source, bytes, range.start, signal);
      const isLast = range.firstRecord + range.recordCount === endRecord;
      this.#block.move(range.firstRecord, range.recordCount, bytes, isLast);
      yield this.#block;
    }
  }

  /** Exact statistics of the samples measured since {@link resetStatistics}. */
  statistics(signalIndex: number): SampleStatistics {
    return readMeasureState(this.#kernels.memory, placeOf(this.#layout, signalIndex).measureState);
  }

  /** Forgets the samples measured so far. */
  resetStatistics(): void {
    for (const place of this.#layout.places) {
      if (place === null) continue;
      const { digitalMin, digitalMax } = place.header;
      clearMeasureState(this.#kernels.memory, place.measureState, digitalMin, digitalMax);
    }
  }
}

/** Where everything is in the memory of a decoder whose blocks have at most `capacity` bytes. */
function layoutOf(
  file: EdfFile,
  kernels: KernelExports,
  capacity: number,
): { layout: BlockLayout; byteLength: number } {
  const { signals, bytesPerSample, dataRecordByteLength } = file.header;
  const recordCount = capacity / dataRecordByteLength;
  let at = slack;
  const reserve = (byteLength: number): number => {
    const place = at;
    at = Math.ceil((at + byteLength + slack) / slack) * slack;
    return place;
  };
  const recordsAt = reserve(capacity);
  const ordinary = signals.filter((signal) => !signal.isAnnotations);
  const most = ordinary.reduce((max, signal) => Math.max(max, signal.samplesPerDataRecord), 0) * recordCount;
  // In front of the scratch samples: those that filled no bin of the overview in the block before.
  const scratchAt = reserve(most * 4 + 2 * slack) + slack;
  const overviewAt = reserve(overviewByteLength(most));
  const places = signals.map((header) => {
    if (header.isAnnotations) return null;
    const out = reserve(header.samplesPerDataRecord * recordCount * 8);
    const measureState = reserve(measureStateByteLength);
    const reducer = new OverviewReducer(kernels, bytesPerSample);
    return { header, ...physicalScale(header), out, measureState, reducer };
  });
  const layout = { bytesPerSample, dataRecordByteLength, recordsAt, scratchAt, overviewAt, places };
  return { layout, byteLength: at + slack };
}

/**
 * A decoder with a memory of its own.
 *
 * @param options `blockByteLength` (512 KiB by default) is rounded down to whole data records, at least one;
 * `kernels` of {@link loadKernels}, for one that must not be WebAssembly
 * @throws EdfError `memory-insufficient` when the data records are too large for the memory there is
 */
export async function createSampleDecoder(
  file: EdfFile,
  options: { blockByteLength?: number; kernels?: KernelExports } = {},
): Promise<SampleDecoder> {
  return new SampleDecoder(file, options.kernels ?? (await loadKernels()), options.blockByteLength);
}
