import {
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { ObjectIdentifier } from '@aws-sdk/client-s3';
import { checkDeletionPrefix } from '../object-key.ts';
import { StorageError } from '../storage-error.ts';
import { abortUpload } from './multipart.ts';
import type { S3Requests } from './s3-requests.ts';

/** How often uploads are looked for: a part that was on its way when its upload was aborted may still arrive. */
const abortRounds = 3;

/**
 * Deletes every version and delete marker below a prefix. Uploads go first: one that is completed in the meantime
 * becomes a version, which goes then.
 * @returns how many versions went, delete markers not counted
 */
export async function deleteVersions(
  requests: S3Requests,
  prefix: string,
  signal?: AbortSignal,
): Promise<number> {
  checkDeletionPrefix(prefix);
  for (let round = 0; round < abortRounds; round += 1) {
    if ((await abortUploads(requests, prefix, signal)) === 0) break;
  }
  const { client, bucket, retry } = requests;
  let deleted = 0;
  let keyMarker: string | undefined;
  let versionMarker: string | undefined;
  do {
    const input = {
      Bucket: bucket,
      Prefix: prefix,
      KeyMarker: keyMarker,
      VersionIdMarker: versionMarker,
    };
    const page = await retry(
      () => client.send(new ListObjectVersionsCommand(input), { abortSignal: signal }),
      signal,
    );
    const versions = page.Versions ?? [];
    await deleteObjects(requests, [...versions, ...(page.DeleteMarkers ?? [])], signal);
    deleted += versions.length;
    keyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    versionMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined;
  } while (keyMarker !== undefined);
  return deleted;
}

/** A page has at most 1,000 entries, which is what one request may delete. */
async function deleteObjects(
  { client, bucket, retry }: S3Requests,
  entries: readonly { readonly Key?: string; readonly VersionId?: string }[],
  signal?: AbortSignal,
): Promise<void> {
  if (entries.length === 0) return;
  const objects: ObjectIdentifier[] = entries.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const input = { Bucket: bucket, Delete: { Objects: objects, Quiet: true } };
  const { Errors = [] } = await retry(
    () => client.send(new DeleteObjectsCommand(input), { abortSignal: signal }),
    signal,
  );
  // The request succeeds even when nothing could be deleted.
  const [first] = Errors;
  if (first)
    throw new StorageError(
      'storage-unavailable',
      `S3 did not delete ${Errors.length} of ${objects.length} versions (${first.Code}); try again, and see that the role may delete versions.`,
      { key: first.Key },
    );
}

/** @returns how many uploads there were */
async function abortUploads(requests: S3Requests, prefix: string, signal?: AbortSignal): Promise<number> {
  const { client, bucket, retry } = requests;
  let found = 0;
  let keyMarker: string | undefined;
  let uploadMarker: string | undefined;
  do {
    const input = { Bucket: bucket, Prefix: prefix, KeyMarker: keyMarker, UploadIdMarker: uploadMarker };
    const page = await retry(
      () => client.send(new ListMultipartUploadsCommand(input), { abortSignal: signal }),
      signal,
    );
    for (const { Key, UploadId } of page.Uploads ?? []) {
      await abortUpload(requests, Key!, UploadId!, signal);
      found += 1;
    }
    keyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    uploadMarker = page.IsTruncated ? page.NextUploadIdMarker : undefined;
  } while (keyMarker !== undefined);
  return found;
}
