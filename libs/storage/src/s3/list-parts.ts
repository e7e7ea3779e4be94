import { ListPartsCommand } from '@aws-sdk/client-s3';
import type { SentPart } from './complete-upload.ts';
import { isS3Error } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';

/** All parts that have arrived, a thousand a request; null when there is no such upload. */
export async function listUploadedParts(
  { client, bucket, retry }: S3Requests,
  key: string,
  uploadId: string,
  signal?: AbortSignal,
): Promise<SentPart[] | null> {
  const parts: SentPart[] = [];
  let marker: string | undefined;
  try {
    do {
      const input = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker };
      const page = await retry(
        () => client.send(new ListPartsCommand(input), { abortSignal: signal }),
        signal,
      );
      for (const { PartNumber = 0, Size = 0, ChecksumSHA256 = '', ETag = '' } of page.Parts ?? [])
        parts.push({ partNumber: PartNumber, byteLength: Size, checksumSha256: ChecksumSHA256, etag: ETag });
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (isS3Error(error, 'NoSuchUpload')) return null;
    throw error;
  }
  return parts;
}
