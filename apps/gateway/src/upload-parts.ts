import type { SignedPart, UploadedParts } from '@edf-pipeline/contracts';
import { signPartsSchema } from '@edf-pipeline/contracts';
import type { PartRange } from '@edf-pipeline/contracts/part-size';
import { partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { UploadRow } from '@edf-pipeline/ledger';
import { isUploadEnded, readUpload, touchUpload } from '@edf-pipeline/ledger';
import { SOURCE_CONTENT_TYPE } from './create-upload.ts';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { HttpProblem, notFound } from './problem.ts';

/** Requests to send parts with; length and checksum of each are signed. */
export async function signParts(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  uploadId: string,
  body: unknown,
): Promise<{ parts: SignedPart[] }> {
  const request = signPartsSchema.parse(body);
  const touched = await touchUpload(deps.ledger, caller.tenant, uploadId, signal);
  if (!touched) throw notFound();
  const { upload } = touched;
  refuseEnded(upload);
  const ranges = partRangesFor(upload.byteLength);
  const parts = await Promise.all(
    request.parts.map(({ partNumber, checksumSha256 }) => {
      const range = ranges[partNumber - 1];
      if (!range) {
        throw new HttpProblem(
          'validation-failed',
          `There is no part ${partNumber}: this upload has ${upload.partCount}.`,
        );
      }
      return signPart(deps, upload, range, checksumSha256);
    }),
  );
  return { parts };
}

async function signPart(
  deps: GatewayDeps,
  upload: UploadRow,
  { partNumber, start, end }: PartRange,
  checksumSha256: string,
): Promise<SignedPart> {
  const expiresInSeconds = deps.settings.signatureSeconds;
  const byteLength = end - start;
  const { key, multipartId } = upload;
  const request =
    multipartId === null
      ? await deps.store.signPut({
          key,
          byteLength,
          checksumSha256,
          contentType: SOURCE_CONTENT_TYPE,
          expiresInSeconds,
        })
      : await deps.store.signPart({
          key,
          multipartId,
          partNumber,
          byteLength,
          checksumSha256,
          expiresInSeconds,
        });
  const { url, headers, expiresAt } = request;
  return { partNumber, method: 'PUT', url, headers: { ...headers }, expiresAt: expiresAt.toISOString() };
}

/** Parts that have arrived, for a client that goes on after a cut. */
export async function listArrivedParts(
  deps: GatewayDeps,
  { caller, signal }: RequestContext,
  uploadId: string,
): Promise<UploadedParts> {
  const found = await readUpload(deps.ledger, caller.tenant, uploadId, signal);
  if (!found) throw notFound();
  const { key, multipartId, byteLength, status } = found.row;
  if (status === 'rejected' || status === 'aborted' || status === 'expired') refuseEnded(found.row);
  if (multipartId !== null) {
    const parts = await deps.store.listParts(key, multipartId, signal);
    if (parts) return { parts: parts.map((part) => ({ ...part })) };
  }
  const head = await deps.store.head({ key }, signal);
  if (!head) return { parts: [] };
  if (multipartId === null)
    return { parts: [{ partNumber: 1, byteLength, checksumSha256: head.checksumSha256 }] };
  // Completed meanwhile: the parts are gone, and nothing is left to send.
  return { parts: [] };
}

export function refuseEnded(upload: UploadRow): void {
  if (!isUploadEnded(upload)) return;
  if (upload.status === 'completed') {
    throw new HttpProblem('state-conflict', 'This upload is complete; there is nothing left to send.');
  }
  throw new HttpProblem('upload-ended', `This upload is ${upload.status}; announce the file again.`);
}
