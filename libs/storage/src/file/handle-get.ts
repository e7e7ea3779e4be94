import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parseRangeHeader } from '../byte-range.ts';
import { contentDisposition } from '../content-disposition.ts';
import type { Layout } from './layout.ts';
import { streamRange } from './read-object.ts';
import type { SignedClaims } from './signed-url.ts';
import { foundVersion } from './stored-version.ts';
import type { StoredVersion } from './stored-version.ts';

export interface GetDeps {
  readonly layout: Layout;
  readonly idleSeconds: number;
  readonly closing: AbortSignal;
}

/** The page and the store share an origin, so a stored SVG or HTML that is opened must not run as the page. */
const harmless = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

export async function handleGet(
  { layout, idleSeconds, closing }: GetDeps,
  req: IncomingMessage,
  res: ServerResponse,
  key: string,
  claims: Extract<SignedClaims, { kind: 'get' }>,
): Promise<void> {
  const version = foundVersion(layout, { key, versionId: claims.versionId });
  const { byteLength } = version.head;
  const range = requestedRange(req, res, version);
  const { start, end } = range ?? { start: 0, end: byteLength };

  setDescription(res, version, claims);
  res.setHeader('content-length', end - start);
  if (range) res.setHeader('content-range', `bytes ${start}-${end - 1}/${byteLength}`);
  res.statusCode = range ? 206 : 200;
  if (req.method === 'HEAD' || start === end) return void res.end();
  res.setTimeout(idleSeconds * 1000, () => res.destroy());
  await pipeline(streamRange(version, { start, end }), res, { signal: closing });
}

function requestedRange(req: IncomingMessage, res: ServerResponse, { head }: StoredVersion) {
  const condition = req.headers['if-range'];
  if (condition !== undefined && condition !== etagOf(head.checksumSha256)) return null;
  try {
    return parseRangeHeader(req.headers.range, head.byteLength);
  } catch (error) {
    res.setHeader('content-range', `bytes */${head.byteLength}`);
    throw error;
  }
}

function setDescription(
  res: ServerResponse,
  { head }: StoredVersion,
  { downloadName, secondsLeft }: Extract<SignedClaims, { kind: 'get' }>,
): void {
  const isSafeType = /^[\x20-\x7e]+$/.test(head.contentType);
  res.setHeader('accept-ranges', 'bytes');
  res.setHeader('cache-control', `private, max-age=${Math.floor(secondsLeft)}, immutable`);
  res.setHeader('content-security-policy', harmless);
  res.setHeader('content-type', isSafeType ? head.contentType : 'application/octet-stream');
  res.setHeader('etag', etagOf(head.checksumSha256));
  res.setHeader('x-amz-version-id', head.versionId);
  if (downloadName !== undefined) res.setHeader('content-disposition', contentDisposition(downloadName));
}

function etagOf(checksumSha256: string): string {
  return `"${checksumSha256}"`;
}
