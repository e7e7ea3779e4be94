import { EdfError } from './errors.ts';
import type { EdfHeader, SignalHeader } from './header.ts';
import type { Run } from './timeline.ts';

/** Samples [from, to) of one signal, in time without a gap; `startNs` is the time of the first. */
export interface SampleSegment {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
  readonly startNs: bigint;
}

/**
 * When the samples of one signal happened, in integer arithmetic throughout: sample i of a run is at
 * startNs + i * dataRecordDurationNs / samplesPerDataRecord, a fraction that is never rounded on the way.
 * Times are nanoseconds from the header's start date and time.
 */
export class TimeAxis {
  readonly #signal: SignalHeader;
  readonly #durationNs: bigint;
  readonly #perRecord: bigint;
  readonly #runs: readonly Run[];
  readonly #isOrdered: boolean;

  /**
   * @param runs those of the timeline ({@link readAnnotations}), in file order
   * @throws EdfError `range-invalid` when the signal has no samples or the data records no duration
   */
  constructor(header: EdfHeader, signal: SignalHeader, runs: readonly Run[]) {
    if (signal.samplesPerDataRecord === 0 || header.dataRecordDurationNs === 0n) {
      const message = `The samples of signal ${signal.index} have no times.`;
      throw new EdfError('range-invalid', message, { signal: signal.index });
    }
    this.#signal = signal;
    this.#durationNs = header.dataRecordDurationNs;
    this.#perRecord = BigInt(signal.samplesPerDataRecord);
    this.#runs = runs;
    this.#isOrdered = runs.every((run, i) => i === 0 || run.startNs >= this.#endNs(runs[i - 1]!));
  }

  /**
   * The time of a sample, rounded up to a whole nanosecond: the first one at which {@link sampleAt} gives this sample.
   *
   * @param sample number in the signal, across data records
   * @throws EdfError `range-invalid` when no run holds it
   */
  timeOf(sample: number): bigint {
    const record = Math.floor(sample / this.#signal.samplesPerDataRecord);
    const run = this.#runOfRecord(record);
    if (run === null || !Number.isSafeInteger(sample)) {
      const message = `Signal ${this.#signal.index} has no sample ${sample}.`;
      throw new EdfError('range-invalid', message, { signal: this.#signal.index });
    }
    return (
      run.startNs + ceilDivide(BigInt(sample - this.#firstSample(run)) * this.#durationNs, this.#perRecord)
    );
  }

  /**
   * The sample that holds at a time: the last one not after it. Null in a gap, before the first run and after the
   * last. Where runs overlap, the first in the file that holds the time.
   */
  sampleAt(timeNs: bigint): number | null {
    for (let i = this.#firstRunEndingAfter(timeNs); i < this.#runs.length; i++) {
      const run = this.#runs[i]!;
      if (run.startNs <= timeNs && timeNs < this.#endNs(run)) {
        return this.#firstSample(run) + Number(((timeNs - run.startNs) * this.#perRecord) / this.#durationNs);
      }
      if (this.#isOrdered && run.startNs > timeNs) break;
    }
    return null;
  }

  /**
   * The samples at times [fromNs, toNs), one segment for each run that has any: a gap is between two segments.
   *
   * @returns in file order
   */
  segments(fromNs: bigint, toNs: bigint): SampleSegment[] {
    const segments: SampleSegment[] = [];
    for (let i = this.#firstRunEndingAfter(fromNs); i < this.#runs.length; i++) {
      const run = this.#runs[i]!;
      if (this.#isOrdered && run.startNs >= toNs) break;
      const first = this.#firstSample(run);
      const count = run.recordCount * this.#signal.samplesPerDataRecord;
      const from = first + this.#samplesBefore(fromNs - run.startNs, count);
      const to = first + this.#samplesBefore(toNs - run.startNs, count);
      if (from < to) segments.push({ run, from, to, startNs: this.timeOf(from) });
    }
    return segments;
  }

  /** How many of `count` samples are earlier than `ns` after the first. */
  #samplesBefore(ns: bigint, count: number): number {
    if (ns <= 0n) return 0;
    const before = ceilDivide(ns * this.#perRecord, this.#durationNs);
    return before > BigInt(count) ? count : Number(before);
  }

  #firstSample(run: Run): number {
    return run.firstRecord * this.#signal.samplesPerDataRecord;
  }

  #endNs(run: Run): bigint {
    return run.startNs + BigInt(run.recordCount) * this.#durationNs;
  }

  #runOfRecord(record: number): Run | null {
    const index = firstIndex(this.#runs.length, (i) => {
      const run = this.#runs[i]!;
      return run.firstRecord + run.recordCount > record;
    });
    const run = this.#runs[index];
    return run !== undefined && run.firstRecord <= record ? run : null;
  }

  #firstRunEndingAfter(timeNs: bigint): number {
    return this.#isOrdered ? firstIndex(this.#runs.length, (i) => this.#endNs(this.#runs[i]!) > timeNs) : 0;
  }
}

/** The first index for which `isSo` holds, when it holds for all after it too; `length` when for none. */
function firstIndex(length: number, isSo: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of non-negative numbers. */
function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
