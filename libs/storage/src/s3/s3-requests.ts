import type { S3Client } from '@aws-sdk/client-s3';
import type { Retry } from './retry.ts';

/** What the verbs of the store share. They reject with what the SDK throws; the store turns that into StorageError. */
export interface S3Requests {
  readonly client: S3Client;
  readonly bucket: string;
  readonly retry: Retry;
  /** Bytes of the first parts of a streamed write; what is not longer is written with one PUT. */
  readonly partBytes: number;
  /** Smallest part that is not the last one. */
  readonly minimumPartBytes: number;
  /** Makes the names of writes; each call another. */
  readonly ids: () => string;
}
