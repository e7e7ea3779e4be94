import { EdfError } from './errors.ts';
import type { EdfFile } from './open.ts';
import type { ReadIntoOptions } from './read-into.ts';
import { checkSampleRange, readInto } from './read-into.ts';

/** One signal of a recording as if it were an array: what is looked at is read, and kept within a budget. */
export interface SignalView {
  /** Samples of the signal, across data records. */
  readonly length: number;
  /**
   * Physical values of samples [from, to), owned by the caller.
   *
   * @throws EdfError as {@link readInto}
   */
  read(from: number, to: number): Promise<Float64Array>;
}

export interface SignalViewOptions extends ReadIntoOptions {
  /** Samples that are read and kept together; 16,384 by default. */
  readonly blockLength?: number;
  /** Bytes of physical values kept at most, at least one block; 8 MiB by default. */
  readonly maxByteLength?: number;
}

/**
 * A view of one signal. Blocks least recently used are dropped first; two reads at the same time share what they
 * read; a block that could not be read is asked for again next time.
 *
 * @throws EdfError `range-invalid` when there is no such ordinary signal or `blockLength` is not a positive integer
 */
export function signalView(file: EdfFile, signalIndex: number, options: SignalViewOptions = {}): SignalView {
  const { blockLength = 16_384, maxByteLength = 8 * 1024 * 1024, ...readOptions } = options;
  const { samplesPerDataRecord } = checkSampleRange(file, signalIndex, { from: 0, to: 0 });
  if (!Number.isSafeInteger(blockLength) || blockLength < 1) {
    throw new EdfError('range-invalid', `A block of ${blockLength} samples cannot be kept.`);
  }
  const length = samplesPerDataRecord * file.dataRecordCount;
  const maxBlocks = Math.max(1, Math.floor(maxByteLength / (blockLength * 8)));
  // In order of use: the first is the one to drop.
  const blocks = new Map<number, Promise<Float64Array>>();

  async function fetchBlock(index: number): Promise<Float64Array> {
    const from = index * blockLength;
    const to = Math.min(length, from + blockLength);
    const samples = new Float64Array(to - from);
    await readInto(file, signalIndex, { from, to }, samples, readOptions);
    return samples;
  }

  function block(index: number): Promise<Float64Array> {
    let found = blocks.get(index);
    blocks.delete(index);
    if (found === undefined) {
      const fetched = fetchBlock(index);
      fetched.catch(() => {
        if (blocks.get(index) === fetched) blocks.delete(index);
      });
      found = fetched;
    }
    blocks.set(index, found);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= maxBlocks) break;
      blocks.delete(oldest);
    }
    return found;
  }

  return {
    length,
    async read(from, to) {
      checkSampleRange(file, signalIndex, { from, to });
      const samples = new Float64Array(to - from);
      let at = from;
      while (at < to) {
        const index = Math.floor(at / blockLength);
        const first = index * blockLength;
        const end = Math.min(to, first + blockLength);
        samples.set((await block(index)).subarray(at - first, end - first), at - from);
        at = end;
      }
      return samples;
    },
  };
}
