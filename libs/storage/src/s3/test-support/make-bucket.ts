import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { testCredentials } from './documented-s3.ts';

/** Makes a bucket that keeps versions in a server that stands in for S3. */
export async function makeVersionedBucket(endpoint: string, bucket: string): Promise<void> {
  const region = 'us-east-1';
  const client = new S3Client({ region, endpoint, forcePathStyle: true, credentials: testCredentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const versioning = { Status: 'Enabled' as const };
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: versioning }));
  client.destroy();
}
