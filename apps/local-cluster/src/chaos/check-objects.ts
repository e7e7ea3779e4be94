import type { ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { TenantRows } from './ledger-rows.ts';

export interface ObjectsFound {
  readonly faults: readonly string[];
  readonly sources: number;
  readonly resultFiles: number;
  /** Files of attempts that never committed; nobody refers to them. */
  readonly unreferencedFiles: readonly string[];
}

/** Compares the object store with what the ledger refers to, version by version. */
export async function checkObjects(
  s3: S3Client,
  bucket: string,
  rows: readonly TenantRows[],
): Promise<ObjectsFound> {
  const faults: string[] = [];
  const versions = await versionsPerKey(s3, bucket);
  const keys = [...versions.keys()];
  const jobs = rows.flatMap((each) => each.jobs);
  const prefixes = jobs.flatMap(({ result }) => (result ? [result.prefix] : []));
  const published = new Set(prefixes);
  const prefixOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);

  for (const prefix of prefixes)
    if (!versions.has(`${prefix}manifest.json`)) faults.push(`${prefix} is published and has no manifest`);
  const results = keys.filter((key) => key.startsWith('results/'));
  const unreferencedFiles = results.filter((key) => !published.has(prefixOf(key)));
  for (const key of unreferencedFiles)
    if (key.endsWith('/manifest.json')) faults.push(`${key} belongs to no published result`);
  for (const key of results)
    if (published.has(prefixOf(key)) && versions.get(key) !== 1)
      faults.push(`${key} has ${versions.get(key)} versions`);

  const referenced = new Set(rows.flatMap(({ recordings }) => recordings.map(({ source }) => source.key)));
  const sources = keys.filter((key) => key.startsWith('source/'));
  for (const key of sources) {
    if (!referenced.has(key)) faults.push(`${key} belongs to no recording`);
    if (versions.get(key) !== 1) faults.push(`${key} has ${versions.get(key)} versions`);
  }
  for (const key of referenced) if (!versions.has(key)) faults.push(`${key} of a recording is not there`);
  return { faults, sources: sources.length, resultFiles: results.length, unreferencedFiles };
}

async function versionsPerKey(s3: S3Client, bucket: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  for (;;) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, KeyMarker, VersionIdMarker }),
    );
    for (const { Key = '' } of page.Versions ?? []) counts.set(Key, (counts.get(Key) ?? 0) + 1);
    if (!page.IsTruncated) return counts;
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  }
}
