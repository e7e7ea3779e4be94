import type { KernelExports } from './kernels/kernel-exports.ts';

/** Extremes of consecutive bins of one level. */
export interface OverviewBins {
  /** Samples per bin: 16, 64, 256, 1024. The last bin of a walk may hold fewer. */
  readonly samplesPerBin: number;
  /** The first of these bins, from the beginning of the walk. */
  readonly firstBin: number;
  readonly count: number;
  /** `count` smallest and largest stored integers; views, made when they are asked for. */
  readonly min: Int32Array;
  readonly max: Int32Array;
}

const samplesPerBin = [16, 64, 256, 1024] as const;
const finestBin = samplesPerBin[0];
const coarsening = 4;
const slack = 64;

/** Bytes that {@link OverviewReducer.add} needs for as many samples. */
export function overviewByteLength(sampleCount: number): number {
  return samplesPerBin.reduce((sum, _, level) => sum + 2 * levelByteLength(sampleCount, level), 0);
}

function levelByteLength(sampleCount: number, level: number): number {
  const bins = Math.ceil((sampleCount + finestBin) / samplesPerBin[level]!) + coarsening + 1;
  return Math.ceil((bins * 4 + slack) / slack) * slack;
}

/** The bins of one level, and those of them that the next level waits for company for. */
class Level implements OverviewBins {
  readonly samplesPerBin: number;
  firstBin = 0;
  count = 0;
  /** Indices of the first bin in `values`. */
  minAt = 0;
  maxAt = 0;
  values = new Int32Array(0);
  waiting = 0;
  readonly waitingMin = new Int32Array(coarsening);
  readonly waitingMax = new Int32Array(coarsening);

  constructor(size: number) {
    this.samplesPerBin = size;
  }

  get min(): Int32Array {
    return this.values.subarray(this.minAt, this.minAt + this.count);
  }

  get max(): Int32Array {
    return this.values.subarray(this.maxAt, this.maxAt + this.count);
  }

  reset(): void {
    this.firstBin = 0;
    this.count = 0;
    this.waiting = 0;
  }
}

/**
 * Reduces the samples of one signal, given piece by piece, to extremes of 16 samples and from these to those of 64,
 * 256 and 1024. What does not fill a bin waits for the next piece. Nothing is allocated on the way.
 */
export class OverviewReducer {
  readonly #kernels: KernelExports;
  readonly #isNarrow: boolean;
  readonly #levels = samplesPerBin.map((size) => new Level(size));
  readonly #rest = new Uint8Array(finestBin * 4);
  #restCount = 0;
  #bytes = new Uint8Array(0);
  #values = new Int32Array(0);

  /** @param bytesPerSample those of the file; 24-bit samples are given as 32-bit integers */
  constructor(kernels: KernelExports, bytesPerSample: 2 | 3) {
    this.#kernels = kernels;
    this.#isNarrow = bytesPerSample === 2;
  }

  /** Begins anew. */
  reset(): void {
    this.#restCount = 0;
    for (const level of this.#levels) level.reset();
  }

  /**
   * @param at where `count` samples are in the kernels' memory; 64 bytes before them are overwritten
   * @param outAt where {@link overviewByteLength} bytes are free; the bins returned are there
   * @param isLast whether bins that are not full are given, too
   * @returns the same objects each time
   */
  add(at: number, count: number, outAt: number, isLast: boolean): readonly OverviewBins[] {
    this.#refreshViews();
    const { from, used } = this.#joinRest(at, count, isLast);
    let place = outAt;
    let lower: Level | null = null;
    let lowerMin = 0;
    let lowerMax = 0;
    let lowerCount = 0;
    for (let number = 0; number < this.#levels.length; number++) {
      const level: Level = this.#levels[number]!;
      const byteLength = levelByteLength(count, number);
      const min = place;
      const max = place + byteLength;
      place = max + byteLength;
      // Bins that the next level has not taken yet stand before the new ones, so that it finds them in a row.
      const { waiting } = level;
      this.#putWaiting(level, min >> 2, max >> 2);
      level.firstBin += level.count;
      level.minAt = (min >> 2) + waiting;
      level.maxAt = (max >> 2) + waiting;
      level.values = this.#values;
      if (lower === null) {
        level.count = Math.ceil(used / finestBin);
        const overview = this.#isNarrow ? this.#kernels.overview16 : this.#kernels.overview32;
        overview(from, used, level.minAt * 4, level.maxAt * 4);
      } else {
        level.count = Math.ceil(lowerCount / coarsening);
        this.#kernels.coarsen(lowerMin, lowerMax, lowerCount, level.minAt * 4, level.maxAt * 4);
      }
      const there = waiting + level.count;
      const isTop = number === this.#levels.length - 1;
      const taken = isTop || isLast ? there : there - (there % coarsening);
      this.#keepWaiting(level, min >> 2, max >> 2, taken, there - taken);
      lower = level;
      lowerMin = min;
      lowerMax = max;
      lowerCount = taken;
    }
    return this.#levels;
  }

  #refreshViews(): void {
    const { buffer } = this.#kernels.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer as ArrayBuffer);
    this.#values = new Int32Array(buffer as ArrayBuffer);
  }

  /** Puts the samples that filled no bin before the new ones, and takes out those that fill none now. */
  #joinRest(at: number, count: number, isLast: boolean): { from: number; used: number } {
    const width = this.#isNarrow ? 2 : 4;
    const from = at - this.#restCount * width;
    for (let i = 0; i < this.#restCount * width; i++) this.#bytes[from + i] = this.#rest[i]!;
    const total = this.#restCount + count;
    const used = isLast ? total : total - (total % finestBin);
    this.#restCount = total - used;
    const rest = from + used * width;
    for (let i = 0; i < this.#restCount * width; i++) this.#rest[i] = this.#bytes[rest + i]!;
    return { from, used };
  }

  #putWaiting(level: Level, min: number, max: number): void {
    for (let i = 0; i < level.waiting; i++) {
      this.#values[min + i] = level.waitingMin[i]!;
      this.#values[max + i] = level.waitingMax[i]!;
    }
  }

  #keepWaiting(level: Level, min: number, max: number, taken: number, count: number): void {
    level.waiting = count;
    for (let i = 0; i < count; i++) {
      level.waitingMin[i] = this.#values[min + taken + i]!;
      level.waitingMax[i] = this.#values[max + taken + i]!;
    }
  }
}
