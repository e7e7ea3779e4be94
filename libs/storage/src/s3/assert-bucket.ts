import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { isS3Error, s3StatusOf } from './s3-errors.ts';
import type { S3Requests } from './s3-requests.ts';

/** Why a bucket cannot be used; none of these passes by itself. */
export type BucketFault =
  'bucket-missing' | 'bucket-elsewhere' | 'bucket-forbidden' | 'bucket-unversioned' | 'bucket-mfa-delete';

/** A bucket that a process cannot work with. The message says what to do. */
export class BucketUnusable extends Error {
  override readonly name = 'BucketUnusable';
  readonly code: BucketFault;
  readonly bucket: string;

  constructor(code: BucketFault, bucket: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.bucket = bucket;
  }
}

/**
 * Looks whether the bucket is there and keeps versions.
 * @throws BucketUnusable, or what the SDK throws when S3 cannot be reached
 */
export async function assertBucket(
  { client, bucket, retry }: S3Requests,
  signal?: AbortSignal,
): Promise<void> {
  const input = { Bucket: bucket };
  const versioning = await retry(
    () => client.send(new GetBucketVersioningCommand(input), { abortSignal: signal }),
    signal,
  ).catch((error: unknown) => {
    throw faultOf(error, bucket) ?? error;
  });
  if (versioning.Status !== 'Enabled')
    throw new BucketUnusable(
      'bucket-unversioned',
      bucket,
      `The bucket ${bucket} keeps no versions; turn versioning on: without it a recording could be replaced while it is read.`,
    );
  if (versioning.MFADelete === 'Enabled')
    throw new BucketUnusable(
      'bucket-mfa-delete',
      bucket,
      `The bucket ${bucket} wants a second factor for deletions; turn MFA delete off: a recording that must be erased could not be.`,
    );
}

function faultOf(error: unknown, bucket: string): BucketUnusable | undefined {
  const fault = (code: BucketFault, message: string) =>
    new BucketUnusable(code, bucket, message, { cause: error });
  if (isS3Error(error, 'NoSuchBucket'))
    return fault(
      'bucket-missing',
      `There is no bucket ${bucket}; create it, or correct the name or the endpoint in the configuration.`,
    );
  if (s3StatusOf(error) === 301 || isS3Error(error, 'PermanentRedirect', 'AuthorizationHeaderMalformed'))
    return fault(
      'bucket-elsewhere',
      `The bucket ${bucket} is in another region; correct the region in the configuration.`,
    );
  if (s3StatusOf(error) === 403)
    return fault(
      'bucket-forbidden',
      `S3 refuses to show the bucket ${bucket} to this process; allow its role s3:GetBucketVersioning, s3:ListBucket and the objects.`,
    );
  return undefined;
}
