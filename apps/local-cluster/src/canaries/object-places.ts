import type { ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { Place } from './canary.ts';

/** A file of annotations without end repeats itself. */
const SEARCHED_BYTES = 1024 * 1024;

/**
 * Every version of every object: its key, metadata and tags, and what it holds, up to 1 MiB of it.
 *
 * @param Prefix of keys; all unless given
 */
export async function objectPlaces(s3: S3Client, bucket: string, Prefix = ''): Promise<Place[]> {
  const places: Place[] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix, KeyMarker, VersionIdMarker }),
    );
    for (const { Key = '', VersionId = '', Size = 0 } of page.Versions ?? [])
      places.push(...(await placesOf(s3, { Bucket: bucket, Key, VersionId }, Size)));
    for (const { Key = '' } of page.DeleteMarkers ?? [])
      places.push({ kind: 'object key', name: `delete marker ${Key}`, bytes: Buffer.from(Key) });
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
  } while (KeyMarker !== undefined);
  const open = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  for (const { Key = '' } of open.Uploads ?? [])
    places.push({ kind: 'object key', name: `multipart upload ${Key}`, bytes: Buffer.from(Key) });
  return places;
}

interface Version {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId: string;
}

async function placesOf(s3: S3Client, version: Version, byteLength: number): Promise<Place[]> {
  const { Key } = version;
  const head = await s3.send(new HeadObjectCommand(version));
  const { TagSet } = await s3.send(new GetObjectTaggingCommand(version));
  const { Metadata, ContentType, ContentDisposition } = head;
  const told = JSON.stringify({ Key, Metadata, ContentType, ContentDisposition, TagSet });
  const key: Place = { kind: 'object key', name: Key, bytes: Buffer.from(`${Key}\n${told}`) };
  const [top, tenant = ''] = Key.split('/');
  if (byteLength === 0 || (top !== 'source' && top !== 'results')) return [key];
  const Range = `bytes=0-${Math.min(byteLength, SEARCHED_BYTES) - 1}`;
  const { Body } = await s3.send(new GetObjectCommand({ ...version, Range }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return [key, { kind: top === 'source' ? 'source' : 'result', name: Key, bytes, tenant }];
}

/** First lines and headers of what was asked of the object store; keys of objects that are gone stand here too. */
export function objectRequestPlaces(requests: readonly Buffer[]): Place[] {
  const heads = requests.flatMap((bytes) => [
    ...bytes
      .toString('latin1')
      .matchAll(/(?:GET|PUT|POST|DELETE|HEAD) \/[^ \r\n]* HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*/g),
  ]);
  return heads.map(([head], index) => ({
    kind: 'object key',
    name: `request ${index + 1}`,
    bytes: Buffer.from(head, 'latin1'),
  }));
}
