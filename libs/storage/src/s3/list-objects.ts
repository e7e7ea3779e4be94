import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { checkPrefix } from '../object-key.ts';
import type { ObjectHead, ObjectPage } from '../object-store.ts';
import { headObject } from './head-object.ts';
import type { S3Requests } from './s3-requests.ts';

const headsAtOnce = 32;

/**
 * A page of S3's listing, which names neither version nor checksum nor content type: each object costs a HEAD more.
 * For looking around and for tests; what has to be quick keeps its own list.
 */
export async function listObjects(
  requests: S3Requests,
  prefix: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<ObjectPage> {
  checkPrefix(prefix);
  const { client, bucket, retry } = requests;
  const input = { Bucket: bucket, Prefix: prefix, StartAfter: after };
  const page = await retry(
    () => client.send(new ListObjectsV2Command(input), { abortSignal: signal }),
    signal,
  );
  const keys = (page.Contents ?? []).map((each) => each.Key!);
  const objects: ObjectHead[] = [];
  for (let start = 0; start < keys.length; start += headsAtOnce) {
    const some = keys.slice(start, start + headsAtOnce);
    const found = await Promise.all(some.map((key) => headObject(requests, { key }, signal)));
    // What was deleted since the listing is left out.
    for (const each of found) if (each) objects.push(each.head);
  }
  return page.IsTruncated ? { objects, next: keys.at(-1)! } : { objects };
}
