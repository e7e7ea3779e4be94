import { createHash } from 'node:crypto';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { compositeChecksum } from '../composite-checksum.ts';
import type { ObjectHead, WriteOptions } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { completeUpload } from './complete-upload.ts';
import type { SentPart } from './complete-upload.ts';
import { writeIdMetadata } from './head-object.ts';
import type { BodyPart } from './part-buffer.ts';
import type { S3Requests } from './s3-requests.ts';
import { abortUpload } from './multipart.ts';

/** Writes a body in parts: one is sent while the next one fills. What failed leaves no parts behind that cost money. */
export async function writeParts(
  requests: S3Requests,
  key: string,
  first: BodyPart,
  rest: AsyncIterator<BodyPart>,
  { contentType, ifAbsent = false }: WriteOptions,
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const writeId = requests.ids();
  const uploadId = await createUpload(requests, key, contentType, { [writeIdMetadata]: writeId }, signal);
  try {
    const parts: SentPart[] = [];
    for (let part = first; ;) {
      const sending = sendPart(requests, key, uploadId, part, signal);
      // Rejections of both are awaited below; until then they must not count as unhandled.
      sending.catch(() => {});
      const next = part.isLast ? undefined : await rest.next();
      parts.push(await sending);
      if (!next || next.done) break;
      part = next.value;
    }
    const checksumSha256 = compositeChecksum(parts.map((part) => part.checksumSha256));
    const isOurs = (head: ObjectHead, foundId?: string) =>
      foundId === writeId && head.checksumSha256 === checksumSha256;
    return await completeUpload(requests, { key, uploadId, parts, ifAbsent, isOurs }, signal);
  } catch (error) {
    // Not with the caller's signal, which may be why we are here. What is left then, the bucket's lifecycle rule ends.
    await rest.return?.().catch(() => {});
    await abortUpload(requests, key, uploadId).catch(() => {});
    throw error;
  }
}

/** Begins a multipart upload whose parts and whole carry SHA-256 checksums. */
export async function createUpload(
  { client, bucket, retry }: S3Requests,
  key: string,
  contentType: string,
  metadata: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string> {
  const input = {
    Bucket: bucket,
    Key: key,
    ContentType: contentType,
    ChecksumAlgorithm: 'SHA256' as const,
    ChecksumType: 'COMPOSITE' as const,
    Metadata: { ...metadata },
  };
  // A lost answer leaves an upload nobody knows; the bucket's lifecycle rule and deleteVersions end it.
  const { UploadId } = await retry(
    () => client.send(new CreateMultipartUploadCommand(input), { abortSignal: signal }),
    signal,
  );
  if (!UploadId) throw new StorageError('storage-unavailable', 'S3 gave the upload no id.', { key });
  return UploadId;
}

async function sendPart(
  { client, bucket, retry }: S3Requests,
  key: string,
  uploadId: string,
  { partNumber, bytes }: BodyPart,
  signal?: AbortSignal,
): Promise<SentPart> {
  const checksumSha256 = createHash('sha256').update(bytes).digest('base64');
  const input = {
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    PartNumber: partNumber,
    Body: bytes,
    ContentLength: bytes.byteLength,
    ChecksumSHA256: checksumSha256,
  };
  const { ETag = '' } = await retry(
    () => client.send(new UploadPartCommand(input), { abortSignal: signal }),
    signal,
  );
  return { partNumber, byteLength: bytes.byteLength, checksumSha256, etag: ETag };
}
