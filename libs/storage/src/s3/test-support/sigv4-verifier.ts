import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, not decoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** S3's code and status. */
export class S3Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Verifier {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly now: () => Date;
}

const maxPresignedSeconds = 604_800;
const maxSkewMs = 900_000;

/**
 * Verifies a request by the documentation of Signature Version 4 for S3, written from it and sharing no code with the
 * SDK: sigv4-query-string-auth, sig-v4-header-based-auth. @throws S3Refusal
 */
export function verifyRequest(request: WireRequest, verifier: Verifier): void {
  const [path = '', search = ''] = split(request.target, '?');
  const query = search.split('&').filter(Boolean).map(decodePair);
  const isPresigned = query.some(([name]) => name === 'X-Amz-Signature');
  const claim = isPresigned ? presignedClaim(query, verifier) : headerClaim(request, verifier);
  const signed = claim.signedHeaders.split(';');
  if (!signed.includes('host')) throw new S3Refusal(403, 'SignatureDoesNotMatch');
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-amz-') && !signed.includes(name))
      throw new S3Refusal(
        403,
        'AccessDenied',
        'There were headers present in the request which were not signed',
      );
  }
  const canonical = [
    request.method,
    decodeURIComponent(path).split('/').map(encode).join('/'),
    query
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...signed.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    claim.signedHeaders,
    claim.payloadHash,
  ].join('\n');
  const [, day = '', region = '', service = '', end = ''] = claim.credential.split('/');
  if (region !== verifier.region || service !== 's3' || end !== 'aws4_request' || !claim.date.startsWith(day))
    throw new S3Refusal(400, 'AuthorizationHeaderMalformed');
  const text = ['AWS4-HMAC-SHA256', claim.date, `${day}/${region}/${service}/${end}`, sha256Hex(canonical)];
  const key = [day, region, service, end].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${verifier.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(text.join('\n')).digest();
  // Buffer.from would overlook characters after the last valid pair.
  const isWellFormed = /^[0-9a-f]{64}$/.test(claim.signature);
  if (!isWellFormed || !timingSafeEqual(Buffer.from(claim.signature, 'hex'), expected))
    throw new S3Refusal(403, 'SignatureDoesNotMatch');
}

interface Claim {
  readonly credential: string;
  readonly date: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly payloadHash: string;
}

function presignedClaim(query: readonly (readonly [string, string])[], verifier: Verifier): Claim {
  const parameter = (name: string) => {
    const values = query.filter(([each]) => each === name).map(([, value]) => value);
    if (values.length !== 1) throw new S3Refusal(400, 'AuthorizationQueryParametersError');
    return values[0]!;
  };
  if (parameter('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw new S3Refusal(400, 'AuthorizationQueryParametersError');
  const expires = Number(parameter('X-Amz-Expires'));
  if (!(expires >= 1 && expires <= maxPresignedSeconds))
    throw new S3Refusal(400, 'AuthorizationQueryParametersError');
  const date = parameter('X-Amz-Date');
  const now = verifier.now().getTime();
  if (timeOf(date) - now > maxSkewMs) throw new S3Refusal(403, 'AccessDenied', 'Request is not yet valid');
  if (now > timeOf(date) + expires * 1000) throw new S3Refusal(403, 'AccessDenied', 'Request has expired');
  const claim = {
    credential: parameter('X-Amz-Credential'),
    date,
    signedHeaders: parameter('X-Amz-SignedHeaders'),
    signature: parameter('X-Amz-Signature'),
    payloadHash: 'UNSIGNED-PAYLOAD',
  };
  checkAccessKey(claim.credential, verifier);
  return claim;
}

function headerClaim({ headers, body }: WireRequest, verifier: Verifier): Claim {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    );
  if (!match) throw new S3Refusal(403, 'AccessDenied', 'Access Denied');
  const [, credential = '', signedHeaders = '', signature = ''] = match;
  checkAccessKey(credential, verifier);
  const date = headers['x-amz-date'] ?? '';
  if (Math.abs(timeOf(date) - verifier.now().getTime()) > maxSkewMs)
    throw new S3Refusal(403, 'RequestTimeTooSkewed');
  const payloadHash = headers['x-amz-content-sha256'] ?? '';
  if (payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== sha256Hex(body))
    throw new S3Refusal(400, 'XAmzContentSHA256Mismatch');
  return { credential, date, signedHeaders, signature, payloadHash };
}

function checkAccessKey(credential: string, { accessKeyId }: Verifier): void {
  if (credential.split('/')[0] !== accessKeyId) throw new S3Refusal(403, 'InvalidAccessKeyId');
}

function timeOf(amzDate: string): number {
  const iso = amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  if (Number.isNaN(time)) throw new S3Refusal(403, 'AccessDenied', 'The date is none.');
  return time;
}

/** RFC 3986: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decodePair(pair: string): [string, string] {
  const [name = '', value = ''] = split(pair, '=');
  return [decodeURIComponent(name), decodeURIComponent(value)];
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
