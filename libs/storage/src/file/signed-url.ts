import { createHmac, timingSafeEqual } from 'node:crypto';
import { partHeaders, putHeaders } from '../http-answer.ts';
import { checkKey } from '../object-key.ts';
import type { RequestSigner, SignedRequest } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';

export interface SigningOptions {
  /** At least 32 bytes. */
  readonly signingKey: Uint8Array;
  readonly clock: () => Date;
  /** Origin of the server that the store is mounted in, such as `http://127.0.0.1:8080`. */
  readonly publicUrl: () => string;
  /** Path below which the store answers, such as `/storage`. */
  readonly mountPath: string;
}

/** What a verified request may do. */
export type SignedClaims =
  | { readonly kind: 'put'; readonly byteLength: number }
  | {
      readonly kind: 'part';
      readonly byteLength: number;
      readonly multipartId: string;
      readonly partNumber: number;
    }
  | {
      readonly kind: 'get';
      readonly versionId: string;
      readonly downloadName?: string;
      readonly secondsLeft: number;
    };

interface RequestToVerify {
  readonly method: string;
  /** Path and query exactly as they came. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const signatureMark = '&signature=';
/** Headers in the signed text, by kind; a header that was not sent counts as empty. */
const signedHeaderNames = {
  put: ['content-type', 'if-none-match', 'x-amz-checksum-sha256'],
  part: ['x-amz-checksum-sha256'],
  get: [],
} as const;

/** Signs `METHOD`, path and query as they stand in the URL, and the headers of the request, with HMAC-SHA256. */
export function createUrlSigner(options: SigningOptions): RequestSigner {
  function sign(
    request: { readonly key: string; readonly expiresInSeconds: number },
    kind: SignedClaims['kind'],
    parameters: Record<string, string | number>,
    headers: Record<string, string>,
  ): SignedRequest {
    checkKey(request.key);
    const method = kind === 'get' ? 'GET' : 'PUT';
    const expires = Math.floor(options.clock().getTime() / 1000) + request.expiresInSeconds;
    const query = new URLSearchParams({ kind, expires: String(expires) });
    for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
    const target = `${options.mountPath}/${request.key}?${query}`;
    const signature = signatureOf(options.signingKey, method, target, kind, headers).toString('hex');
    const url = `${options.publicUrl()}${target}${signatureMark}${signature}`;
    return { method, url, headers, expiresAt: new Date(expires * 1000) };
  }

  return {
    async signPut(put) {
      const { byteLength, contentType, checksumSha256 } = put;
      return sign(put, 'put', { byteLength }, putHeaders(contentType, checksumSha256));
    },
    async signPart(part) {
      const { byteLength, multipartId, partNumber, checksumSha256 } = part;
      return sign(part, 'part', { byteLength, multipartId, partNumber }, partHeaders(checksumSha256));
    },
    async signGet(get) {
      const { versionId, downloadName } = get;
      return sign(get, 'get', downloadName === undefined ? { versionId } : { versionId, downloadName }, {});
    },
  };
}

/**
 * What the request's signature allows. HEAD is allowed wherever GET is.
 * @throws StorageError `signature-invalid`, `signature-expired`
 */
export function verifyRequest(
  { signingKey, clock }: Pick<SigningOptions, 'signingKey' | 'clock'>,
  { method, target, headers }: RequestToVerify,
): SignedClaims {
  const mark = target.lastIndexOf(signatureMark);
  const signed = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(signed.slice(signed.indexOf('?') + 1));
  const kind = query.get('kind');
  if (mark < 0 || (kind !== 'put' && kind !== 'part' && kind !== 'get')) throw signatureInvalid();
  const givenHex = target.slice(mark + signatureMark.length);
  // Buffer.from would overlook characters after the last valid pair.
  if (!/^[0-9a-f]{64}$/.test(givenHex)) throw signatureInvalid();
  const expected = signatureOf(signingKey, method === 'HEAD' ? 'GET' : method, signed, kind, headers);
  if (!timingSafeEqual(Buffer.from(givenHex, 'hex'), expected)) throw signatureInvalid();

  // From here on the query is our own text.
  const secondsLeft = Number(query.get('expires')) - clock().getTime() / 1000;
  if (!(secondsLeft > 0))
    throw new StorageError('signature-expired', 'The signed address has expired; ask for a new one.');
  if (kind === 'get') {
    const downloadName = query.get('downloadName') ?? undefined;
    return { kind, versionId: query.get('versionId')!, downloadName, secondsLeft };
  }
  const byteLength = Number(query.get('byteLength'));
  if (kind === 'put') return { kind, byteLength };
  return {
    kind,
    byteLength,
    multipartId: query.get('multipartId')!,
    partNumber: Number(query.get('partNumber')),
  };
}

function signatureOf(
  signingKey: Uint8Array,
  method: string,
  target: string,
  kind: SignedClaims['kind'],
  headers: RequestToVerify['headers'],
): Buffer {
  const headerLines = signedHeaderNames[kind].map((name) => `${name}:${String(headers[name] ?? '')}`);
  const text = ['edf-file-store-1', method, target, ...headerLines].join('\n');
  return createHmac('sha256', signingKey).update(text).digest();
}

function signatureInvalid(): StorageError {
  return new StorageError(
    'signature-invalid',
    'The request is not the one that was signed; ask for a new address and change nothing of it.',
  );
}
