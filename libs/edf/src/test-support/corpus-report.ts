import type { EdfCheck } from '../check/check-edf.ts';
import type { FindingSeverity } from '../finding-catalogue.ts';
import type { CorpusCause } from './corpus-causes.ts';
import { corpusCauses } from './corpus-causes.ts';

/** What is told of the findings of one id in one file; of those for information the number alone. */
type ReportLine = number | ReportedFinding;

interface ReportedFinding {
  readonly count: number;
  readonly severity: FindingSeverity;
  /** The first of them, with its bytes. */
  readonly first: string;
  readonly cause: string | null;
  readonly isFault: boolean | null;
}

/** Findings of all files, each of weight with its reason, and how many of those are false alarms. */
export interface CorpusReport {
  readonly files: number;
  readonly filesWithErrorsOrWarnings: number;
  /** Of severity fatal, error or warning, by file and id; `noFault` of them say what is true and no fault. */
  readonly explained: number;
  readonly unexplained: number;
  readonly noFault: number;
  readonly findings: Readonly<Record<string, Readonly<Record<string, ReportLine>>>>;
}

const gravity: readonly FindingSeverity[] = ['fatal', 'error', 'warning', 'info'];

/** The golden report of the corpus: what was found, from the checks; why, by hand. */
export function corpusReport(checks: ReadonlyMap<string, EdfCheck>): CorpusReport {
  const findings = Object.fromEntries([...checks].map(([name, check]) => [name, linesOf(name, check)]));
  const told = Object.values(findings).flatMap((lines) =>
    Object.values(lines).filter((line) => typeof line !== 'number'),
  );
  return {
    files: checks.size,
    filesWithErrorsOrWarnings: Object.values(findings).filter((lines) =>
      Object.values(lines).some((line) => typeof line !== 'number'),
    ).length,
    explained: told.filter(({ cause }) => cause !== null).length,
    unexplained: told.filter(({ cause }) => cause === null).length,
    noFault: told.filter(({ isFault }) => isFault === false).length,
    findings,
  };
}

/** Causes whose file has no such finding any more, as `file id`. */
export function causesWithoutFinding(report: CorpusReport): string[] {
  const isGone = (file: string, id: string): boolean =>
    typeof (report.findings[file]?.[id] ?? 0) === 'number';
  return Object.entries(corpusCauses).flatMap(([file, causes]) =>
    Object.keys(causes).flatMap((id) => (isGone(file, id) ? [`${file} ${id}`] : [])),
  );
}

function linesOf(name: string, { findings, counts }: EdfCheck): Record<string, ReportLine> {
  const lineOf = ([id, count]: [string, number]): [string, ReportLine] => {
    const own = findings.filter((finding) => finding.id === id);
    const severity = gravity.find((one) => own.some((finding) => finding.severity === one))!;
    if (severity === 'info') return [id, count];
    const { message, offset, raw } = own.find((finding) => finding.severity === severity)!;
    const place =
      offset === undefined ? '' : ` [byte ${offset}${raw === undefined ? '' : `: ${raw.trimEnd()}`}]`;
    const known: CorpusCause | undefined = corpusCauses[name]?.[id];
    const { cause = null, isFault = null } = known ?? {};
    return [id, { count, severity, first: `${message}${place}`, cause, isFault }];
  };
  return Object.fromEntries([...counts].sort().map(lineOf));
}
