import { blockByteLengthOf, blockRanges } from '../data-record.ts';
import type { EdfHeader } from '../header.ts';
import type { KernelExports } from '../kernels/kernel-exports.ts';
import { growKernelMemory } from '../kernels/kernel-memory.ts';
import type { EdfFile } from '../open.ts';
import { fillExactly } from '../open.ts';

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
// As of the decoder: smaller blocks cost more calls, larger ones leave the second-level cache.
const blockByteLength = 512 * 1024;
// What kernels read and write behind what they are asked for.
const slack = 64;

/** Consecutive data records, or consecutive samples of one signal, in the memory of kernels. Lent: valid until the next one. */
export class ScanBlock {
  firstRecord = 0;
  recordCount = 0;
  /** The data records as they are in the file. */
  bytes = new Uint8Array(0);
  /** The same as sample values, those of annotations signals too, which mean nothing. */
  samples: Int16Array | Int32Array = new Int16Array(0);
  /** Sample values of a data record, or of the piece of one. */
  stride = 0;
  readonly #kernels: KernelExports;
  readonly #bytesPerSample: 2 | 3;
  readonly #samplesAt: number;

  /**
   * @param capacity bytes of the largest block
   * @param kernels with a memory that nothing else uses
   * @throws EdfError `memory-insufficient`
   */
  constructor(header: EdfHeader, capacity: number, kernels: KernelExports) {
    this.#kernels = kernels;
    this.#bytesPerSample = header.bytesPerSample;
    const behind = Math.ceil((slack + capacity + slack) / slack) * slack;
    this.#samplesAt = this.#isStoredAsRead ? slack : behind;
    const samplesByteLength = this.#isStoredAsRead ? 0 : (capacity / header.bytesPerSample) * 4 + slack;
    growKernelMemory(kernels.memory, behind + samplesByteLength);
  }

  /**
   * Moves to other data records, or to a piece of one.
   *
   * @param byteLength how many bytes they have
   * @returns memory that their bytes are to be put into, before {@link decode}
   */
  move(firstRecord: number, recordCount: number, byteLength: number): Uint8Array {
    this.firstRecord = firstRecord;
    this.recordCount = recordCount;
    if (this.bytes.length !== byteLength) {
      const buffer = this.#kernels.memory.buffer as ArrayBuffer;
      this.bytes = new Uint8Array(buffer, slack, byteLength);
      const make = this.#bytesPerSample === 2 ? Int16Array : Int32Array;
      this.samples = new make(buffer, this.#samplesAt, byteLength / this.#bytesPerSample);
      this.stride = this.samples.length / recordCount;
    }
    return this.bytes;
  }

  /** Makes {@link samples} of {@link bytes}, all signals at once: the whole block is one segment. */
  decode(): void {
    if (this.#isStoredAsRead) return;
    const convert = this.#bytesPerSample === 2 ? this.#kernels.gather16 : this.#kernels.widen24;
    convert(slack, 0, this.samples.length, 1, this.#samplesAt);
  }

  /**
   * How many data records there are, from `record` of this block on, before the first in which a signal has a sample
   * outside `lowest` to `highest`, which are values that samples can have.
   *
   * @param from place of the signal's first sample in a data record
   */
  countWithin(from: number, perRecord: number, record: number, lowest: number, highest: number): number {
    const { BYTES_PER_ELEMENT: width } = this.samples;
    const { within16, within32 } = this.#kernels;
    const at = this.#samplesAt + (from + record * this.stride) * width;
    const kernel = width === 2 ? within16 : within32;
    return kernel(at, this.stride * width, perRecord, this.recordCount - record, lowest, highest);
  }

  get #isStoredAsRead(): boolean {
    return this.#bytesPerSample === 2 && isLittleEndian;
  }
}

/**
 * Walks through all data records; the memory is that of one block.
 *
 * @yields the same object each time
 * @throws EdfError `source-read-short`, `memory-insufficient`; an abort rejects with the signal's reason
 */
export async function* scanBlocks(
  file: EdfFile,
  kernels: KernelExports,
  signal?: AbortSignal,
): AsyncIterable<ScanBlock> {
  const options = { blockByteLength };
  const block = new ScanBlock(file.header, blockByteLengthOf(file, options), kernels);
  for (const { firstRecord, recordCount, start, end } of blockRanges(file, options)) {
    signal?.throwIfAborted();
    await fillExactly(file.source, block.move(firstRecord, recordCount, end - start), start, signal);
    block.decode();
    yield block;
  }
}
