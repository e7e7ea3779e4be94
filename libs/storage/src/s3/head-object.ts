import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectHead, ObjectRef } from '../object-store.ts';
import { StorageError } from '../storage-error.ts';
import { once } from './retry.ts';
import { isS3Error, s3StatusOf } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';

/** The name of a write, kept with the object so that its writer knows it again after a lost answer. */
export const writeIdMetadata = 'write-id';

/** S3's name of the only version in a bucket without versions. */
export const onlyVersion = 'null';

/** An object's head, and what only the store itself needs to know. */
export interface S3Head {
  readonly head: ObjectHead;
  readonly writeId?: string;
}

/** Null when there is no such object or version, or only a delete marker. */
export async function headObject(
  requests: S3Requests,
  { key, versionId }: ObjectRef,
  signal?: AbortSignal,
): Promise<S3Head | null> {
  const { client, bucket, retry } = requests;
  const input = { Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: 'ENABLED' as const };
  try {
    const output = await retry(
      () => client.send(new HeadObjectCommand(input), { abortSignal: signal }),
      signal,
    );
    return { head: headOf(key, output), writeId: output.Metadata?.[writeIdMetadata] };
  } catch (error) {
    // 405: the version is a delete marker.
    if (s3StatusOf(error) === 404 || s3StatusOf(error) === 405) return null;
    if (s3StatusOf(error) === 400) return explainRefusal(requests, { key, versionId }, error, signal);
    throw error;
  }
}

/** A HEAD's answer has no body, so a 400 may mean anything; a GET of one byte says what. */
async function explainRefusal(
  { client, bucket, retry }: S3Requests,
  { key, versionId }: ObjectRef,
  refusal: unknown,
  signal?: AbortSignal,
): Promise<null> {
  const input = { Bucket: bucket, Key: key, VersionId: versionId, Range: 'bytes=0-0' };
  try {
    const { Body } = await retry(
      () => client.send(new GetObjectCommand(input), { abortSignal: signal }),
      signal,
    );
    await Body?.transformToByteArray();
  } catch (error) {
    // What cannot be the id of a version of this bucket names none.
    if (s3StatusOf(error) === 404 || (versionId !== undefined && isS3Error(error, 'InvalidArgument')))
      return null;
    throw error;
  }
  throw refusal;
}

/**
 * The head of what was just written, by one request; S3's answers to writes lack the time.
 * @throws StorageError `storage-unavailable` when it was deleted in the meantime
 */
export async function writtenHead(
  requests: S3Requests,
  key: string,
  versionId: string | undefined,
  signal?: AbortSignal,
): Promise<ObjectHead> {
  const found = await headObject({ ...requests, retry: once }, { key, versionId }, signal);
  if (!found)
    throw new StorageError('storage-unavailable', 'The object was deleted as soon as it was written.', {
      key,
    });
  return found.head;
}

function headOf(key: string, output: HeadObjectCommandOutput): ObjectHead {
  return {
    key,
    versionId: output.VersionId ?? onlyVersion,
    byteLength: output.ContentLength ?? 0,
    // Empty for what somebody else put there without one: it equals no checksum that a client promised.
    checksumSha256: output.ChecksumSHA256 ?? '',
    contentType: output.ContentType ?? 'application/octet-stream',
    createdAt: output.LastModified ?? new Date(0),
  };
}
