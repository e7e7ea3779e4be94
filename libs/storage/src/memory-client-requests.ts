import { createHash, randomUUID } from 'node:crypto';
import { parseRangeHeader } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';
import { partHeaders, putHeaders } from './http-answer.ts';
import type { ClientRequest, HttpAnswer } from './http-answer.ts';
import { checkKey } from './object-key.ts';
import type { ObjectStore, RequestSigner, SignedRequest, UploadedPart } from './object-store.ts';
import { StorageError, isStorageError } from './storage-error.ts';
import { problemContentType, storeProblemOf } from './store-problem.ts';

interface Deps {
  readonly clock: () => Date;
  readonly store: ObjectStore;
  putPart(key: string, multipartId: string, part: UploadedPart, bytes: Uint8Array): void;
}

/** What was signed, and what happens when a client sends exactly that. */
interface Grant {
  readonly request: SignedRequest;
  readonly byteLength?: number;
  carryOut(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<HttpAnswer>;
}

/**
 * The memory store's signed requests. A token in the URL stands for the signature: it names a grant, and whatever of
 * the request differs from the grant is answered as S3 answers a signature that does not match.
 */
export function createMemoryClientRequests({ clock, store, putPart }: Deps) {
  const grants = new Map<string, Grant>();

  function grant(
    method: 'GET' | 'PUT',
    { key, expiresInSeconds }: { key: string; expiresInSeconds: number },
    headers: Record<string, string>,
    rest: Omit<Grant, 'request'>,
  ): SignedRequest {
    checkKey(key);
    const url = `memory://store/${key}?token=${randomUUID()}`;
    const request = {
      method,
      url,
      headers,
      expiresAt: new Date(clock().getTime() + expiresInSeconds * 1000),
    };
    grants.set(new URL(url).search, { request, ...rest });
    return request;
  }

  const signer: RequestSigner = {
    async signPut(put) {
      const { key, byteLength, contentType, checksumSha256 } = put;
      return grant('PUT', put, putHeaders(contentType, checksumSha256), {
        byteLength,
        async carryOut(_headers, body) {
          const exists = await store.head({ key });
          if (exists) throw new StorageError('object-exists', 'The object exists already.', { key });
          checkChecksum(body, checksumSha256, key);
          return accepted((await store.write(key, body, { contentType, ifAbsent: true })).checksumSha256);
        },
      });
    },

    async signPart(part) {
      const { key, multipartId, partNumber, byteLength, checksumSha256 } = part;
      return grant('PUT', part, partHeaders(checksumSha256), {
        byteLength,
        async carryOut(_headers, body) {
          checkChecksum(body, checksumSha256, key);
          putPart(key, multipartId, { partNumber, byteLength, checksumSha256 }, body.slice());
          return accepted(checksumSha256);
        },
      });
    },

    async signGet(get) {
      const { key, versionId, downloadName } = get;
      return grant(
        'GET',
        get,
        {},
        {
          async carryOut(headers) {
            const head = await store.head({ key, versionId });
            if (!head) throw new StorageError('object-not-found', 'There is no such object.', { key });
            const range = parseRangeHeader(headers.range, head.byteLength);
            const { start, end } = range ?? { start: 0, end: head.byteLength };
            const answerHeaders: Record<string, string> = {
              'accept-ranges': 'bytes',
              'content-length': String(end - start),
              'content-type': head.contentType,
            };
            if (range) answerHeaders['content-range'] = `bytes ${start}-${end - 1}/${head.byteLength}`;
            if (downloadName !== undefined)
              answerHeaders['content-disposition'] = contentDisposition(downloadName);
            const body = await store.read({ key, versionId }, start, end);
            return { status: range ? 206 : 200, headers: answerHeaders, body };
          },
        },
      );
    },
  };

  async function send(
    request: ClientRequest,
    body: Uint8Array = new Uint8Array(),
    extraHeaders: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    try {
      const headers = { ...request.headers, ...extraHeaders };
      const found = grants.get(new URL(request.url).search);
      if (!found || !matches(found.request, request, headers)) {
        throw new StorageError('signature-invalid', 'The request is not the one that was signed.');
      }
      if (clock() > found.request.expiresAt)
        throw new StorageError('signature-expired', 'The request has expired.');
      if (found.byteLength !== undefined && found.byteLength !== body.byteLength) {
        throw new StorageError('length-mismatch', 'The body has another length than was signed.');
      }
      return await found.carryOut(headers, body);
    } catch (error) {
      if (!isStorageError(error)) throw error;
      const problem = storeProblemOf(error.code, error.message, request.url);
      const body = Buffer.from(JSON.stringify(problem));
      return { status: problem.status, headers: { 'content-type': problemContentType }, body };
    }
  }

  return { signer, send };
}

function matches(
  signed: SignedRequest,
  sent: ClientRequest,
  headers: Readonly<Record<string, string>>,
): boolean {
  return (
    sent.url === signed.url &&
    sent.method === signed.method &&
    Object.entries(signed.headers).every(([name, value]) => headers[name] === value)
  );
}

function checkChecksum(body: Uint8Array, checksumSha256: string, key: string): void {
  const actual = createHash('sha256').update(body).digest('base64');
  if (actual !== checksumSha256)
    throw new StorageError('checksum-mismatch', 'The body has another checksum.', { key });
}

function accepted(checksumSha256: string): HttpAnswer {
  const headers = { etag: `"${checksumSha256}"`, 'x-amz-checksum-sha256': checksumSha256 };
  return { status: 200, headers, body: new Uint8Array() };
}
