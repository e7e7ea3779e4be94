import type { StorageErrorCode } from './storage-error.ts';

/** What a store that we serve ourselves answers with; the codes of the port, and those of its HTTP alone. */
export type StoreProblemCode = StorageErrorCode | 'method-not-allowed' | 'request-timeout' | 'internal';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

const never = { retryable: false };
const later = { retryable: true };

/** The statuses are those of S3 where it has the case. */
const kinds: Readonly<Record<StoreProblemCode, ProblemKind>> = {
  'object-not-found': { ...never, status: 404, title: 'There is nothing here' },
  'object-exists': { ...never, status: 412, title: 'This has been stored already' },
  'key-invalid': { ...never, status: 400, title: 'The address is none of this store' },
  'multipart-not-found': { ...never, status: 404, title: 'The upload was ended or has expired' },
  'part-mismatch': { ...never, status: 400, title: 'A part is not the one that was announced' },
  'part-too-small': { ...never, status: 400, title: 'A part is too small' },
  'checksum-mismatch': { ...never, status: 400, title: 'The bytes are not those that were announced' },
  'length-mismatch': { ...never, status: 400, title: 'The number of bytes is not the one announced' },
  'signature-invalid': { ...never, status: 403, title: 'The signature does not fit the request' },
  'signature-expired': { ...never, status: 403, title: 'The signed address has expired' },
  'range-invalid': { ...never, status: 416, title: 'The file has no such bytes' },
  'storage-full': { ...later, status: 507, title: 'The storage is full' },
  'storage-unavailable': { ...later, status: 503, title: 'The storage does not answer' },
  'method-not-allowed': { ...never, status: 405, title: 'The store does not take that method' },
  'request-timeout': { ...later, status: 408, title: 'The body stopped arriving' },
  internal: { ...later, status: 500, title: 'Something went wrong on our side' },
};

export const problemContentType = 'application/problem+json';

/** RFC 9457 problem details, with the members that the API adds to its own; a request has no id here. */
export interface StoreProblem extends ProblemKind {
  /** `urn:edf-pipeline:storage-problem:<code>` */
  readonly type: string;
  /** What was wrong and what to do. */
  readonly detail: string;
  /** The path that was asked for, without what was signed. */
  readonly instance: string;
  readonly code: StoreProblemCode;
}

/** @param target path and query, or a whole URL, as it came */
export function storeProblemOf(code: StoreProblemCode, detail: string, target: string): StoreProblem {
  const { status, title, retryable } = kinds[code];
  const type = `urn:edf-pipeline:storage-problem:${code}`;
  const [instance = ''] = target.split('?', 1);
  return { type, title, status, detail, instance, code, retryable };
}
