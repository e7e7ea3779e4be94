import type { Job, Problem } from '@edf-pipeline/contracts';
import { plainSentence } from '@edf-pipeline/uploader';
import type { UploadOutcome } from '@edf-pipeline/uploader';
import { nextAfterJob } from './describe.ts';
import { shellWord } from './visible-text.ts';

/** How one file of `edf put` ended; with `--json` exactly these keys. */
export interface PutResult {
  readonly file: string;
  readonly recordingId: string | null;
  readonly jobId: string | null;
  readonly status:
    'succeeded' | 'failed' | 'refused' | 'rejected' | 'uploaded' | 'canceled' | 'expired' | 'planned';
  /** Problem code, finding name, job error code, or one of our own; null when all is well. */
  readonly code: string | null;
  readonly duplicate: boolean;
  /** Findings of the header check, null when there was none. */
  readonly findings: number | null;
}

/** The result of an upload whose job, if it was waited for, has ended. */
export function putResultOf(file: string, outcome: UploadOutcome, job: Job | null): PutResult {
  if (outcome.kind === 'refused') {
    const findings = outcome.problem.findings?.length ?? null;
    const code = codeOfProblem(outcome.problem);
    return { file, recordingId: null, jobId: null, status: 'refused', code, duplicate: false, findings };
  }
  const { upload } = outcome;
  const findings = upload.preflight?.findings.length ?? null;
  const duplicate = outcome.kind === 'duplicate';
  const { recordingId, jobId } = upload;
  if (outcome.kind === 'rejected') {
    return {
      file,
      recordingId: null,
      jobId: null,
      status: 'rejected',
      code: outcome.rejection,
      duplicate,
      findings,
    };
  }
  if (!job) return { file, recordingId, jobId, status: 'uploaded', code: null, duplicate, findings };
  return {
    file,
    recordingId,
    jobId,
    status: endedStatusOf(job),
    code: job.error?.code ?? null,
    duplicate,
    findings,
  };
}

/** A file that never became an upload, or was broken off. */
export function putFailureOf(file: string, status: 'failed' | 'refused', code: string): PutResult {
  return { file, recordingId: null, jobId: null, status, code, duplicate: false, findings: null };
}

/** A file that cannot be read is named by what is wrong with it rather than by "unsupported". */
function codeOfProblem(problem: Problem): string {
  const fatal = problem.findings?.find((finding) => finding.severity === 'fatal');
  return problem.code === 'unsupported-edf' && fatal ? fatal.name : problem.code;
}

function endedStatusOf(job: Job): 'succeeded' | 'failed' | 'canceled' | 'expired' {
  return job.status === 'succeeded' || job.status === 'canceled' || job.status === 'expired'
    ? job.status
    : 'failed';
}

/** True when nothing is left to be done about the file. */
export function isPutFine({ status }: PutResult): boolean {
  return status === 'succeeded' || status === 'uploaded' || status === 'planned';
}

/** The line for people, with the next command at its end. `reason` is a sentence about what went wrong. */
export function putLine(result: PutResult, reason: string | null, job: Job | null): string {
  const { file, status, code, duplicate, recordingId, jobId } = result;
  const state =
    duplicate && status === 'uploaded' ? 'already here' : duplicate ? `already here, ${status}` : status;
  const why = code === null ? '' : ` (${code})`;
  const said = reason === null ? '' : `: ${plainSentence(reason)}`;
  const id = recordingId === null ? '' : `  ${recordingId}`;
  return `${file}  ${state}${why}${said}${id}  next: ${nextCommand()}`;

  function nextCommand(): string {
    if (status === 'planned') return `edf put ${shellWord(file)}`;
    if (job) return nextAfterJob(job);
    if (jobId !== null) return `edf status ${jobId}`;
    return status === 'refused' ? `edf check ${shellWord(file)}` : `edf put ${shellWord(file)}`;
  }
}
