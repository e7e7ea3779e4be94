import { EdfError } from './errors.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import type { EdfHeader } from './header.ts';

/** Data records that follow each other without a gap. `startNs` is relative to the header's start date and time. */
export interface Run {
  readonly firstRecord: number;
  readonly recordCount: number;
  readonly startNs: bigint;
}

/** When the data records happened. */
export interface Timeline {
  /** In file order; every data record that was added is in exactly one. */
  readonly runs: readonly Run[];
  readonly findings: readonly Finding[];
}

const microsecondNs = 1_000n;

/**
 * Builds the timeline from the onsets of the data records, in order, in memory of its runs alone.
 * EDF and BDF without `+`, and files of annotations alone: one run from 0, whatever is added. EDF+C: gaps are findings and honoured. EDF+D: a run
 * ends where the next onset differs from the expected one by more than 1 us plus the printed precision.
 */
export class TimelineBuilder {
  readonly #header: EdfHeader;
  readonly #keepsTime: boolean;
  readonly #runs: { firstRecord: number; recordCount: number; startNs: bigint }[] = [];
  readonly #findings: Finding[] = [];
  #decimals = 0;
  #gaps = 0;
  #firstGap = -1;
  #overlaps = 0;
  #unknownOnsets = 0;
  #firstOverlap = -1;

  constructor(header: EdfHeader) {
    this.#header = header;
    // Data records of annotations alone last 0 s: their onsets only say which events they hold, there is no gap.
    const isListOfEvents =
      header.dataRecordDurationNs === 0n && header.signals.every((signal) => signal.isAnnotations);
    this.#keepsTime = header.variant.includes('+') && !isListOfEvents;
  }

  /**
   * Adds the next data record. Records may be left out (they then belong to the run before), but not repeated.
   *
   * @param onsetNs onset by its time-keeping TAL; null when it has none: then it follows the record before
   * @param decimals decimal places the onset is written with, where known ({@link RecordAnnotations})
   * @throws EdfError `range-invalid` when `record` does not come after the one before
   */
  add(record: number, onsetNs: bigint | null, decimals = decimalsOf(onsetNs)): void {
    const run = this.#runs.at(-1);
    if (onsetNs === null) this.#unknownOnsets++;
    const durationNs = this.#header.dataRecordDurationNs;
    if (run === undefined) {
      const startNs = (this.#keepsTime ? onsetNs : null) ?? durationNs * BigInt(record);
      this.#runs.push({ firstRecord: record, recordCount: 1, startNs });
      this.#decimals = decimals;
      if (this.#keepsTime && record === 0) this.#checkFirstOnset(onsetNs);
      return;
    }
    if (record < run.firstRecord + run.recordCount) {
      throw new EdfError('range-invalid', `Data record ${record} was added out of order.`, { record });
    }
    const index = record - run.firstRecord;
    run.recordCount = index;
    if (decimals > this.#decimals) this.#decimals = decimals;
    const expectedNs = run.startNs + BigInt(index) * durationNs;
    const isExpected = !this.#keepsTime || onsetNs === null || this.#isSame(onsetNs, expectedNs);
    if (isExpected) {
      run.recordCount = index + 1;
      return;
    }
    if (onsetNs > expectedNs) {
      if (this.#gaps++ === 0) this.#firstGap = record;
    } else if (this.#overlaps++ === 0) this.#firstOverlap = record;
    this.#runs.push({ firstRecord: record, recordCount: 1, startNs: onsetNs });
  }

  /** The runs so far, and what the onsets showed (EDF053 to EDF056). */
  finish(): Timeline {
    const findings = [...this.#findings];
    const { variant } = this.#header;
    if (this.#gaps > 0 && variant.endsWith('+C')) {
      const message = `The file is marked ${variant} and has ${this.#gaps} gaps, the first before data record ${this.#firstGap}.`;
      findings.push(
        findingOf('EDF054', message, { ...this.#place(this.#firstGap), assumed: 'the onsets hold' }),
      );
    }
    const last = this.#runs.at(-1);
    if (
      variant.endsWith('+D') &&
      this.#runs.length === 1 &&
      last!.recordCount > 1 &&
      this.#unknownOnsets === 0
    ) {
      const message = `The file is marked ${variant} and its data records follow each other without a gap.`;
      findings.push(findingOf('EDF055', message, { field: 'reserved' }));
    }
    if (this.#overlaps > 0) {
      const message = `${this.#overlaps} data records begin before the one before them ends, the first is ${this.#firstOverlap}.`;
      findings.push(
        findingOf('EDF056', message, { ...this.#place(this.#firstOverlap), assumed: 'the onsets hold' }),
      );
    }
    return { runs: this.#runs.map((run) => ({ ...run })), findings };
  }

  #checkFirstOnset(onsetNs: bigint | null): void {
    if (onsetNs === null || (onsetNs >= 0n && onsetNs < 1_000_000_000n)) return;
    const message = 'Data record 0 does not start within the second that the header gives.';
    this.#findings.push(findingOf('EDF053', message, { ...this.#place(0), assumed: 'the onset holds' }));
  }

  /**
   * An onset that is printed with too few decimals for the expected one may be off by one of its last digit (both
   * the run's start and this onset are rounded), but never by half a data record: that is a gap in any precision.
   */
  #isSame(onsetNs: bigint, expectedNs: bigint): boolean {
    const differenceNs = onsetNs > expectedNs ? onsetNs - expectedNs : expectedNs - onsetNs;
    if (differenceNs <= microsecondNs) return true;
    const unitNs = 10n ** BigInt(Math.max(0, 9 - this.#decimals));
    if (expectedNs % unitNs === 0n) return false;
    const halfRecordNs = this.#header.dataRecordDurationNs / 2n;
    return differenceNs <= microsecondNs + (unitNs < halfRecordNs ? unitNs : halfRecordNs);
  }

  #place(record: number): { record: number; offset: number } {
    const { headerByteLength, dataRecordByteLength } = this.#header;
    return { record, offset: headerByteLength + record * dataRecordByteLength };
  }
}

function decimalsOf(onsetNs: bigint | null): number {
  if (onsetNs === null) return 0;
  let decimals = 9;
  let value = onsetNs;
  while (decimals > 0 && value % 10n === 0n) {
    value /= 10n;
    decimals--;
  }
  return decimals;
}
