/** The memory of a kernel instance; `buffer` is another one after it has grown. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike;
  /** Adds pages of 64 KiB. @throws RangeError when there is no such memory */
  grow(pages: number): number;
}

/**
 * What a kernel instance computes, WebAssembly or not, with identical results. All places are byte offsets in its
 * memory; nothing is checked.
 *
 * Strided kernels take `records` segments of `perRecord` samples, the first at `from`, each `stride` bytes after the
 * one before, and write the samples one after another from `out`. They read up to 16 bytes behind each segment, and
 * write up to 64 bytes behind the last sample.
 */
export interface KernelExports {
  readonly memory: KernelMemory;
  /** 16-bit samples as they are. */
  readonly gather16: StridedKernel;
  /** 16-bit samples as 32-bit integers. */
  readonly widen16: StridedKernel;
  /** 24-bit samples as 32-bit integers. */
  readonly widen24: StridedKernel;
  /** gain * (digital + offset), in float64. */
  readonly exact64of16: ScaledKernel;
  readonly exact64of24: ScaledKernel;
  /** gain * (digital + offset) in float64, rounded once to float32. */
  readonly exact32of16: ScaledKernel;
  readonly exact32of24: ScaledKernel;
  /** gain * (digital + offset), each operand and each step in float32. */
  readonly fast32of16: ScaledKernel;
  readonly fast32of24: ScaledKernel;
  /** Adds consecutive 16-bit samples to a measure state; overwrites the 4 bytes before them, reads 16 behind. */
  readonly measure16: (from: number, count: number, state: number) => void;
  /** The same of 32-bit integers that fit 24 bits. */
  readonly measure32: (from: number, count: number, state: number) => void;
  /** Extremes of each 16 consecutive 16-bit samples (fewer in the last bin), as 32-bit integers. */
  readonly overview16: (from: number, count: number, outMin: number, outMax: number) => void;
  readonly overview32: (from: number, count: number, outMin: number, outMax: number) => void;
  /** Extremes of each 4 consecutive bins (fewer in the last). */
  readonly coarsen: (fromMin: number, fromMax: number, count: number, outMin: number, outMax: number) => void;
  /** How many segments there are, of 16-bit samples, before the first with one outside the window. */
  readonly within16: WindowKernel;
  /** The same of 32-bit integers. */
  readonly within32: WindowKernel;
}

export type StridedKernel = (
  from: number,
  stride: number,
  perRecord: number,
  records: number,
  out: number,
) => void;

export type ScaledKernel = (
  from: number,
  stride: number,
  perRecord: number,
  records: number,
  out: number,
  gain: number,
  offset: number,
) => void;

/** Segments as of the strided kernels, each at a multiple of its sample size; nothing is read behind them. The window is from `lowest` to `highest`. */
export type WindowKernel = (
  from: number,
  stride: number,
  perRecord: number,
  records: number,
  lowest: number,
  highest: number,
) => number;
