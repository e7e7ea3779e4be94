import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { checkParts } from '../check-parts.ts';
import { compositeChecksum } from '../composite-checksum.ts';
import type { ObjectHead, UploadedPart } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { completeUpload } from './complete-upload.ts';
import { listUploadedParts } from './list-parts.ts';
import { isS3Error } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';

export async function listParts(
  requests: S3Requests,
  key: string,
  multipartId: string,
  signal?: AbortSignal,
): Promise<UploadedPart[] | null> {
  const parts = await listUploadedParts(requests, key, multipartId, signal);
  return parts && parts.map(({ etag: _, ...part }) => part);
}

/** Completes an upload that clients have sent. */
export async function completeMultipart(
  requests: S3Requests,
  key: string,
  multipartId: string,
  expected: readonly UploadedPart[],
  { ifAbsent }: { readonly ifAbsent: boolean },
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const arrived = await listUploadedParts(requests, key, multipartId, signal);
  if (!arrived) throw new StorageError('multipart-not-found', 'There is no such multipart upload.', { key });
  checkParts(key, expected, arrived, requests.minimumPartBytes);
  const byNumber = new Map(arrived.map((part) => [part.partNumber, part]));
  const parts = expected.map((part) => byNumber.get(part.partNumber)!);
  const checksumSha256 = compositeChecksum(parts.map((part) => part.checksumSha256));
  const byteLength = parts.reduce((sum, part) => sum + part.byteLength, 0);
  // The process that created the upload may be another one, so the object is known again by its contents.
  const isOurs = (head: ObjectHead) =>
    head.checksumSha256 === checksumSha256 && head.byteLength === byteLength;
  return completeUpload(requests, { key, uploadId: multipartId, parts, ifAbsent, isOurs }, signal);
}

/** Forgets an upload and its parts; one that is not there is fine. */
export async function abortUpload(
  { client, bucket, retry }: S3Requests,
  key: string,
  uploadId: string,
  signal?: AbortSignal,
): Promise<void> {
  const input = { Bucket: bucket, Key: key, UploadId: uploadId };
  try {
    await retry(() => client.send(new AbortMultipartUploadCommand(input), { abortSignal: signal }), signal);
  } catch (error) {
    if (!isS3Error(error, 'NoSuchUpload')) throw error;
  }
}
