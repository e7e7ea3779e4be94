import type { Problem } from '@edf-pipeline/contracts';

/** The API answered with a problem; `problem.code` says which. */
export class ApiProblem extends Error {
  readonly code: Problem['code'];
  readonly problem: Problem;
  /** What the server asked us to wait before the next try. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null = null) {
    super(problem.detail || problem.title);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Nothing, or nothing we understand, came back: the same call may be made again later. */
export class NetworkError extends Error {
  readonly code = 'network';
  /** HTTP status when there was an answer, from the API or the object store. */
  readonly status: number | null;

  constructor(message: string, options: { cause?: unknown; status?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'NetworkError';
    this.status = options.status ?? null;
  }
}

/**
 * - `file-empty`: there is nothing to upload
 * - `file-changed`: size or bytes are no longer those that were announced
 * - `file-unreadable`: the source could not be read; `cause` says why
 * - `part-refused`: the object store keeps refusing a part; `status` is its answer
 * - `storage-full`: the object store has had no room for a part for as long as patience lasts
 * - `upload-ended`: the upload was aborted or has expired meanwhile
 * - `wait-limit`: what was waited for has not happened within the limit
 */
export type UploadErrorCode =
  | 'file-empty'
  | 'file-changed'
  | 'file-unreadable'
  | 'part-refused'
  | 'storage-full'
  | 'upload-ended'
  | 'wait-limit';

/** An upload that cannot go on. */
export class UploadError extends Error {
  readonly code: UploadErrorCode;
  readonly status: number | null;

  constructor(code: UploadErrorCode, message: string, options: { cause?: unknown; status?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UploadError';
    this.code = code;
    this.status = options.status ?? null;
  }
}
