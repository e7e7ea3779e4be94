import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { S3RequestPresigner, getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { contentDisposition } from '../content-disposition.ts';
import { partHeaders, putHeaders } from '../http-answer.ts';
import { checkKey } from '../object-key.ts';
import type { RequestSigner, SignedRequest } from '../object-store.ts';

export interface SigningDeps {
  /** Its endpoint is the one that clients reach: the host is part of what is signed. */
  readonly client: S3Client;
  readonly bucket: string;
  /** S3's time, as far as it is known. */
  readonly clock: () => Date;
}

/** What is signed of one request. */
interface ToSign {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  /** Headers that the client is told to send. */
  readonly headers: Record<string, string>;
  /** Signed too, but every client adds it by itself. */
  readonly byteLength?: number;
  readonly expiresInSeconds: number;
}

interface Origin {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** With host and port as they stand in the host header. */
  readonly host: string;
  /** Before the key; ends with a slash. */
  readonly path: string;
}

/** A signature is as good as a key to what it allows, and S3 cannot take it back. */
const maxSignedSeconds = 15 * 60;

/**
 * Signs by Signature Version 4 in the address. Nothing is sent; credentials are fetched when they are due.
 * The SDK's `getSignedUrl` is asked for the address of the bucket alone: it takes six times as long, and leaves out the
 * content type and moves the checksum into the address, where S3 does not compare it with the bytes.
 */
export function createS3Signer({ client, bucket, clock }: SigningDeps): RequestSigner {
  const { credentials, region, sha256 } = client.config;
  const presigner = new S3RequestPresigner({ credentials, region, sha256 });
  let origin: Promise<Origin> | undefined;

  function findOrigin(): Promise<Origin> {
    origin ??= originOf(client, bucket).catch((error: unknown) => {
      origin = undefined;
      throw error;
    });
    return origin;
  }

  async function sign(request: ToSign): Promise<SignedRequest> {
    const { method, key, query, headers, byteLength } = request;
    checkKey(key);
    const { protocol, hostname, port, host, path } = await findOrigin();
    const signingDate = new Date(Math.floor(clock().getTime() / 1000) * 1000);
    const expiresIn = Math.min(request.expiresInSeconds, maxSignedSeconds);
    // Everything signed with a role's credentials ends with them.
    const { expiration } = await credentials();
    const end = Math.min(signingDate.getTime() + expiresIn * 1000, expiration?.getTime() ?? Infinity);
    const allHeaders: Record<string, string> = { host, ...headers };
    if (byteLength !== undefined) allHeaders['content-length'] = String(byteLength);
    const toSign = {
      method,
      protocol,
      hostname,
      path: path + key.split('/').map(encode).join('/'),
      query: { ...query },
      headers: allHeaders,
      ...(port !== '' && { port: Number(port) }),
    };
    const names = Object.keys(allHeaders);
    const signed = await presigner.presign(toSign, {
      expiresIn,
      signingDate,
      signableHeaders: new Set(names),
      unhoistableHeaders: new Set(names),
    });
    const parameters = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${name}=${encode(String(value))}`,
    );
    const url = `${protocol}//${host}${toSign.path}?${parameters.join('&')}`;
    return { method, url, headers, expiresAt: new Date(end) };
  }

  return {
    async signPut({ key, byteLength, checksumSha256, contentType, expiresInSeconds }) {
      const headers = putHeaders(contentType, checksumSha256);
      return sign({ method: 'PUT', key, query: {}, headers, byteLength, expiresInSeconds });
    },

    async signPart({ key, multipartId, partNumber, byteLength, checksumSha256, expiresInSeconds }) {
      const query = { partNumber: String(partNumber), uploadId: multipartId };
      const headers = partHeaders(checksumSha256);
      return sign({ method: 'PUT', key, query, headers, byteLength, expiresInSeconds });
    },

    async signGet({ key, versionId, expiresInSeconds, downloadName }) {
      const query: Record<string, string> = { versionId };
      if (downloadName !== undefined)
        query['response-content-disposition'] = contentDisposition(downloadName);
      return sign({ method: 'GET', key, query, headers: {}, expiresInSeconds });
    },
  };
}

/** Where the bucket is: the SDK knows the rules of names, regions and endpoints. */
async function originOf(client: S3Client, bucket: string): Promise<Origin> {
  const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: 'key' })));
  const { protocol, hostname, port, host, pathname } = url;
  return { protocol, hostname, port, host, path: pathname.slice(0, -'key'.length) };
}

/** RFC 3986: everything but the unreserved characters, as Signature Version 4 wants it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
