import type { StorageErrorCode } from './storage-error.ts';

/** A request as a client sends it: a signed one, or one that somebody has changed. */
export interface ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a store answered to a client; header names in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const statusByCode: Readonly<Record<StorageErrorCode, number>> = {
  'object-not-found': 404,
  'object-exists': 412,
  'key-invalid': 400,
  'multipart-not-found': 404,
  'part-mismatch': 400,
  'part-too-small': 400,
  'checksum-mismatch': 400,
  'length-mismatch': 400,
  'signature-invalid': 403,
  'signature-expired': 403,
  'range-invalid': 416,
  'storage-full': 507,
  'storage-unavailable': 503,
};

/** The status with which S3, or a store that stands in for it, answers. */
export function httpStatusOf(code: StorageErrorCode): number {
  return statusByCode[code];
}

/** The headers a client must send with a PUT of a whole object; all are signed. */
export function putHeaders(contentType: string, checksumSha256: string): Record<string, string> {
  return { 'content-type': contentType, 'if-none-match': '*', 'x-amz-checksum-sha256': checksumSha256 };
}

/** The headers a client must send with a part; S3 takes no `if-none-match` there. */
export function partHeaders(checksumSha256: string): Record<string, string> {
  return { 'x-amz-checksum-sha256': checksumSha256 };
}
