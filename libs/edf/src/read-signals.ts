import type { BlockOptions } from './data-record.ts';
import { blockByteLengthOf, blockRanges } from './data-record.ts';
import { EdfError } from './errors.ts';
import type { SignalHeader } from './header.ts';
import type { KernelExports, ScaledKernel, StridedKernel } from './kernels/kernel-exports.ts';
import { growKernelMemory } from './kernels/kernel-memory.ts';
import { loadKernels } from './kernels/load-kernels.ts';
import type { EdfFile } from './open.ts';
import { fillExactly } from './open.ts';
import { physicalScale } from './physical-scale.ts';
import type { SampleArray } from './read-into.ts';

/**
 * What samples become: `digital` stored integers (Int16Array for EDF, Int32Array for BDF), `float64` physical values,
 * `float32` these rounded once, `fast-float32` as {@link SampleBlock.fastFloat32}.
 */
export type SampleFormat = 'digital' | 'float64' | 'float32' | 'fast-float32';

/** Memory for samples that is used again: taking fresh memory costs more time than decoding into it. */
export interface SamplePool {
  readonly kernels: KernelExports;
}

/** A pool, for {@link readSignals}. It grows to what the largest call needs and stays there. */
export async function createSamplePool(): Promise<SamplePool> {
  return { kernels: await loadKernels() };
}

export interface ReadSignalsOptions {
  /** Indices of ordinary signals; all of them by default. */
  readonly signals?: readonly number[];
  readonly firstRecord?: number;
  readonly recordCount?: number;
  readonly format?: SampleFormat;
  /**
   * With a pool the arrays lie in its memory: they are lent until the next call with this pool, and cannot be
   * transferred. Without one they are the caller's.
   */
  readonly pool?: SamplePool;
  /** Bytes read at once. */
  readonly blockByteLength?: number;
  readonly signal?: AbortSignal;
}

// Decoded values go to memory anyway; larger blocks would push the bytes read out of the cache before.
const defaultBlockByteLength = 512 * 1024;
const slack = 64;

interface Target {
  readonly header: SignalHeader;
  readonly gain: number;
  readonly offset: number;
  /** Where the samples go in the kernels' memory. */
  out: number;
  /** The caller's array; null where it lies in the pool. */
  readonly array: SampleArray | null;
}

/**
 * Decodes whole signals, or the same data records of several signals, as a page of a viewer needs them.
 * Everything asked for is kept in memory: to go through a long recording use {@link createSampleDecoder}.
 * Gaps in time are not filled.
 *
 * @returns one array per signal asked for, in that order
 * @throws EdfError `range-invalid`, `memory-insufficient` (more than the memory there is, or 4 GiB in a pool),
 * `source-read-short`; an abort rejects with the signal's reason
 */
export async function readSignals(file: EdfFile, options: ReadSignalsOptions = {}): Promise<SampleArray[]> {
  const { format = 'float64', pool, signal } = options;
  const range: BlockOptions = { blockByteLength: defaultBlockByteLength, ...options };
  const blocks = [...blockRanges(file, range)];
  const totalRecords = blocks.reduce((sum, block) => sum + block.recordCount, 0);
  const kernels = pool?.kernels ?? (await loadKernels());
  const { bytesPerSample, dataRecordByteLength, signals } = file.header;
  const width = widthOf(format, bytesPerSample);
  const capacity = blockByteLengthOf(file, range);
  let end = slack + capacity + slack;
  const targets = (options.signals ?? ordinarySignals(signals)).map((index): Target => {
    const header = signals[index];
    if (header === undefined || header.isAnnotations) {
      throw new EdfError('range-invalid', `The recording has no ordinary signal ${index}.`, {
        signal: index,
      });
    }
    const records = pool === undefined ? capacity / dataRecordByteLength : totalRecords;
    const out = Math.ceil(end / slack) * slack;
    end = out + header.samplesPerDataRecord * records * width + slack;
    const count = header.samplesPerDataRecord * totalRecords;
    const array = pool === undefined ? freshArray(format, bytesPerSample, count, index) : null;
    return { header, ...physicalScale(header), out, array };
  });
  growKernelMemory(kernels.memory, end + slack);
  const kernel = kernelOf(kernels, format, bytesPerSample);
  let records = 0;
  for (const block of blocks) {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(kernels.memory.buffer as ArrayBuffer, slack, block.end - block.start);
    await fillExactly(file.source, bytes, block.start, signal);
    for (const { header, gain, offset, out, array } of targets) {
      const perRecord = header.samplesPerDataRecord;
      const to = array === null ? out + records * perRecord * width : out;
      const from = slack + header.byteOffsetInDataRecord;
      kernel(from, dataRecordByteLength, perRecord, block.recordCount, to, gain, offset);
      array?.set(
        view(kernels, format, bytesPerSample, out, perRecord * block.recordCount),
        records * perRecord,
      );
    }
    records += block.recordCount;
  }
  return targets.map(
    ({ header, out, array }) =>
      array ?? view(kernels, format, bytesPerSample, out, header.samplesPerDataRecord * totalRecords),
  );
}

function ordinarySignals(signals: readonly SignalHeader[]): number[] {
  return signals.filter((signal) => !signal.isAnnotations).map((signal) => signal.index);
}

function widthOf(format: SampleFormat, bytesPerSample: 2 | 3): number {
  if (format === 'float64') return 8;
  return format === 'digital' && bytesPerSample === 2 ? 2 : 4;
}

function kernelOf(
  kernels: KernelExports,
  format: SampleFormat,
  bytesPerSample: 2 | 3,
): ScaledKernel | StridedKernel {
  const is16 = bytesPerSample === 2;
  switch (format) {
    case 'digital':
      return is16 ? kernels.gather16 : kernels.widen24;
    case 'float64':
      return is16 ? kernels.exact64of16 : kernels.exact64of24;
    case 'float32':
      return is16 ? kernels.exact32of16 : kernels.exact32of24;
    case 'fast-float32':
      return is16 ? kernels.fast32of16 : kernels.fast32of24;
  }
}

function view(
  kernels: KernelExports,
  format: SampleFormat,
  bytesPerSample: 2 | 3,
  at: number,
  count: number,
): SampleArray {
  const buffer = kernels.memory.buffer as ArrayBuffer;
  if (format === 'float64') return new Float64Array(buffer, at, count);
  if (format !== 'digital') return new Float32Array(buffer, at, count);
  return bytesPerSample === 2 ? new Int16Array(buffer, at, count) : new Int32Array(buffer, at, count);
}

function freshArray(format: SampleFormat, bytesPerSample: 2 | 3, count: number, signal: number): SampleArray {
  try {
    if (format === 'float64') return new Float64Array(count);
    if (format !== 'digital') return new Float32Array(count);
    return bytesPerSample === 2 ? new Int16Array(count) : new Int32Array(count);
  } catch (cause) {
    const message = `${count} samples of signal ${signal} are more than memory holds at once.`;
    throw new EdfError('memory-insufficient', message, { signal, cause });
  }
}
