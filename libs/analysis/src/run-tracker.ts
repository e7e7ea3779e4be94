import type { EdfHeader, Run, Timeline } from '@edf-pipeline/edf';
import { TimelineBuilder } from '@edf-pipeline/edf';
import type { RecordOnset, Segment } from './block-partial.ts';

/** Finds the runs of a recording block by block; its timeline is that of all data records together. */
export class RunTracker {
  readonly #header: EdfHeader;
  readonly #whole: TimelineBuilder;
  #current: Run | null = null;
  #decimals = 0;

  constructor(header: EdfHeader) {
    this.#header = header;
    this.#whole = new TimelineBuilder(header);
  }

  /**
   * Adds the next data records.
   *
   * @param onsets one per data record, or none for files without time-keeping
   * @returns the runs that these records belong to, as known so far: the last may go on, the first may have begun
   * before
   */
  add(firstRecord: number, recordCount: number, onsets: readonly RecordOnset[]): Run[] {
    // A builder of this block alone, which begins where the present run did, finds the same runs as the builder of
    // everything, without copying all runs so far once per block.
    const local = new TimelineBuilder(this.#header);
    const before = this.#current;
    if (before) local.add(before.firstRecord, before.startNs, this.#decimals);
    for (let i = 0; i < recordCount; i++) {
      const { onsetNs, decimals } = onsets[i] ?? noOnset;
      this.#whole.add(firstRecord + i, onsetNs, decimals);
      local.add(firstRecord + i, onsetNs, decimals);
      this.#decimals = Math.max(this.#decimals, decimals);
    }
    const runs = [...local.finish().runs];
    this.#current = runs.at(-1) ?? this.#current;
    if (before && runs[0] && runs[0].firstRecord + runs[0].recordCount <= firstRecord) runs.shift();
    return runs;
  }

  /** Timeline of all data records. */
  finish(): Timeline {
    return this.#whole.finish();
  }
}

const noOnset: RecordOnset = { onsetNs: null, decimals: 0 };

/** The parts of data records [firstRecord, firstRecord + recordCount) by run. */
export function segmentsOf(runs: readonly Run[], firstRecord: number, recordCount: number): Segment[] {
  const end = firstRecord + recordCount;
  return runs.map((run) => {
    const from = Math.max(run.firstRecord, firstRecord);
    const to = Math.min(run.firstRecord + run.recordCount, end);
    return { firstRecord: from, recordCount: to - from, runFirstRecord: run.firstRecord };
  });
}
