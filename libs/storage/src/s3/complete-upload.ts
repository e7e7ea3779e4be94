import { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import { compositeChecksum } from '../composite-checksum.ts';
import type { ObjectHead, UploadedPart } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { headObject, writtenHead } from './head-object.ts';
import { listUploadedParts } from './list-parts.ts';
import { once } from './retry.ts';
import { AnswerBroken, isAmbiguousS3Error, isPreconditionFailed, isS3Error } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';

/** A part as S3 answered for it. */
export interface SentPart extends UploadedPart {
  readonly etag: string;
}

/** A multipart upload to be joined. */
export interface Completion {
  readonly key: string;
  readonly uploadId: string;
  readonly parts: readonly SentPart[];
  readonly ifAbsent: boolean;
  /** Whether an object found under the key after a lost answer is what this completion made. */
  isOurs(head: ObjectHead, writeId?: string): boolean;
}

/**
 * Joins the parts. S3 checks each part's ETag and checksum, their composite and the whole length once more.
 * S3 may answer 200 and put the error into the body, minutes later, after spaces that keep the connection alive: the
 * SDK turns that into an error, and it is tried again like any other.
 */
export async function completeUpload(
  requests: S3Requests,
  completion: Completion,
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const { key } = completion;
  let isAnswerLost = false;
  return requests.retry(async () => {
    try {
      const versionId = await sendCompletion(requests, completion, signal);
      return await writtenHead(requests, key, versionId, signal);
    } catch (error) {
      if (isAnswerLost && isRefusedForBeingDone(error)) {
        const found = await headObject({ ...requests, retry: once }, { key }, signal);
        if (found && completion.isOurs(found.head, found.writeId)) return found.head;
      }
      // S3 may look at the condition first, and then the upload's own object is what refuses its second completion.
      if (isPreconditionFailed(error) && !(await isUploadThere(requests, completion, signal)))
        throw new StorageError('multipart-not-found', 'There is no such multipart upload.', { key });
      isAnswerLost ||= isAmbiguousS3Error(error);
      throw error;
    }
  }, signal);
}

function isRefusedForBeingDone(error: unknown): boolean {
  return isS3Error(error, 'NoSuchUpload') || isPreconditionFailed(error);
}

async function isUploadThere(requests: S3Requests, { key, uploadId }: Completion, signal?: AbortSignal) {
  return (await listUploadedParts({ ...requests, retry: once }, key, uploadId, signal)) !== null;
}

async function sendCompletion(
  { client, bucket }: S3Requests,
  { key, uploadId, parts, ifAbsent }: Completion,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const input = {
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    IfNoneMatch: ifAbsent ? '*' : undefined,
    ChecksumSHA256: compositeChecksum(parts.map((part) => part.checksumSha256)),
    ChecksumType: 'COMPOSITE' as const,
    MpuObjectSize: parts.reduce((sum, part) => sum + part.byteLength, 0),
    MultipartUpload: {
      Parts: parts.map(({ partNumber, etag, checksumSha256 }) => ({
        PartNumber: partNumber,
        ETag: etag,
        ChecksumSHA256: checksumSha256,
      })),
    },
  };
  const output = await client.send(new CompleteMultipartUploadCommand(input), { abortSignal: signal });
  if (!output.ETag) throw new AnswerBroken('S3 said neither that the object was made nor that it was not.');
  return output.VersionId;
}
