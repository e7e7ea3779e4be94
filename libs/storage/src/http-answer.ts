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

/** The headers a client must send with a PUT of a whole object; all are signed. */
export function putHeaders(contentType: string, checksumSha256: string): Record<string, string> {
  return { 'content-type': contentType, 'if-none-match': '*', 'x-amz-checksum-sha256': checksumSha256 };
}

/** The headers a client must send with a part; S3 takes no `if-none-match` there. */
export function partHeaders(checksumSha256: string): Record<string, string> {
  return { 'x-amz-checksum-sha256': checksumSha256 };
}
