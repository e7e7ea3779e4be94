/** Data records that follow each other without a gap, in seconds from the header's start. */
export interface ShownRun {
  readonly firstRecord: number;
  readonly recordCount: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Runs with their times as seconds; `startNs` may be a bigint or its decimal text. */
export function shownRuns(
  runs: readonly { firstRecord: number; recordCount: number; startNs: bigint | string }[],
  recordSeconds: number,
): ShownRun[] {
  return runs.map(({ firstRecord, recordCount, startNs }) => {
    const start = Number(BigInt(startNs)) / 1e9;
    return { firstRecord, recordCount, start, end: start + recordCount * recordSeconds };
  });
}

/** Time at which the last run ends; 0 without runs. */
export function endOf(runs: readonly ShownRun[]): number {
  return runs.reduce((end, run) => Math.max(end, run.end), 0);
}

/** Stretches of [start, end) between the first and the last run that no run covers. */
export function gapsBetween(runs: readonly ShownRun[]): Span[] {
  const gaps: Span[] = [];
  let covered: number | undefined;
  for (const run of [...runs].sort((a, b) => a.start - b.start)) {
    if (covered !== undefined && run.start > covered + 1e-6) gaps.push({ start: covered, end: run.start });
    covered = Math.max(covered ?? run.end, run.end);
  }
  return gaps;
}

/** Where a data record lies in time; null when no run holds it. */
export function timeOfRecord(runs: readonly ShownRun[], record: number): number | null {
  const run = runs.find(
    ({ firstRecord, recordCount }) => record >= firstRecord && record < firstRecord + recordCount,
  );
  if (!run) return null;
  return run.start + ((record - run.firstRecord) / run.recordCount) * (run.end - run.start);
}

export interface RecordSlice {
  readonly run: ShownRun;
  readonly firstRecord: number;
  readonly recordCount: number;
}

/** Data records that a page touches, one slice per run, with one record more at either side where there is one. */
export function recordsOf(runs: readonly ShownRun[], window: Span, recordSeconds: number): RecordSlice[] {
  const slices: RecordSlice[] = [];
  for (const run of runs) {
    if (run.end <= window.start || run.start >= window.end || !(recordSeconds > 0)) continue;
    const first = Math.max(0, Math.floor((window.start - run.start) / recordSeconds) - 1);
    const end = Math.min(run.recordCount, Math.ceil((window.end - run.start) / recordSeconds) + 1);
    if (end > first) slices.push({ run, firstRecord: run.firstRecord + first, recordCount: end - first });
  }
  return slices;
}
