import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectHead } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { putPart } from './multipart.ts';
import type { MultipartDeps } from './multipart.ts';
import type { SignedClaims } from './signed-url.ts';
import { writeObject } from './write-object.ts';

export interface PutDeps extends MultipartDeps {
  /** How long a client may send nothing of a body, or take nothing of an answer. */
  readonly idleSeconds: number;
  readonly onObjectCreated: (head: ObjectHead) => void;
  /** Fires when the store closes. */
  readonly closing: AbortSignal;
}

/** The client sent nothing for too long. */
export class BodyStalled extends Error {
  override readonly name = 'BodyStalled';
}

export async function handlePut(
  deps: PutDeps,
  req: IncomingMessage,
  res: ServerResponse,
  key: string,
  claims: Extract<SignedClaims, { kind: 'put' | 'part' }>,
): Promise<void> {
  const { byteLength } = claims;
  if (req.headers['content-length'] !== String(byteLength)) {
    throw new StorageError(
      'length-mismatch',
      `The address was signed for a body of exactly ${byteLength} bytes, which content-length must name.`,
      { key },
    );
  }
  // Signed, so these are the headers that the signer set.
  const checksumSha256 = String(req.headers['x-amz-checksum-sha256']);
  const contentType = String(req.headers['content-type']);
  const stalled = new AbortController();
  req.setTimeout(deps.idleSeconds * 1000, () =>
    stalled.abort(new BodyStalled('No more of the body arrived for too long; send it again.')),
  );
  const signal = AbortSignal.any([stalled.signal, deps.closing]);
  // Leaving the body half read must not destroy the socket: the client is still to hear why.
  const body = req.iterator({ destroyOnReturn: false });

  if (claims.kind === 'put') {
    const options = { contentType, ifAbsent: true, expected: { byteLength, checksumSha256 } };
    const head = await writeObject(deps, key, body, options, signal);
    res.setHeader('x-amz-version-id', head.versionId);
    deps.onObjectCreated(head);
  } else {
    const part = { partNumber: claims.partNumber, byteLength, checksumSha256 };
    await putPart(deps, key, claims.multipartId, part, body, signal);
  }
  res.setHeader('etag', `"${checksumSha256}"`);
  res.setHeader('x-amz-checksum-sha256', checksumSha256);
  res.writeHead(200, { 'content-length': 0 }).end();
}
