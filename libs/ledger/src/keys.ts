import type { Key } from './ledger-store.ts';

/** Tenant and id stand in every partition key: no hot partition, and no cross-tenant read by accident. */
export const uploadKey = (tenant: string, uploadId: string): Key => ({
  pk: `T#${tenant}#UPL#${uploadId}`,
  sk: 'UPL',
});

export const recordingKey = (tenant: string, recordingId: string): Key => ({
  pk: `T#${tenant}#REC#${recordingId}`,
  sk: 'REC',
});

export const jobKey = (tenant: string, jobId: string): Key => ({ pk: `T#${tenant}#JOB#${jobId}`, sk: 'JOB' });

export const rangeKey = (tenant: string, jobId: string, range: number): Key => ({
  pk: `T#${tenant}#JOB#${jobId}`,
  sk: `RANGE#${String(range).padStart(5, '0')}`,
});

export const contentKey = (tenant: string, contentId: string): Key => ({
  pk: `T#${tenant}#CONTENT#${contentId}`,
  sk: 'CONTENT',
});

/** @param keyHash of the client's Idempotency-Key, so that its text is never stored */
export const idempotencyKey = (tenant: string, route: string, keyHash: string): Key => ({
  pk: `T#${tenant}#IDEM#${route}#${keyHash}`,
  sk: 'IDEM',
});

export const policyKey = (tenant: string): Key => ({ pk: `T#${tenant}#POLICY`, sk: 'POLICY' });

export const seenKey = (objectKey: string, versionId: string): Key => ({
  pk: `SEEN#${objectKey}#${versionId}`,
  sk: 'SEEN',
});

export const auditKey = (tenant: string, at: string, id: string): Key => ({
  pk: `T#${tenant}#AUDIT#${at.slice(0, 10)}`,
  sk: `${at}#${id}`,
});

export const OUTBOX_SHARDS = 4;

export const outboxKey = (shard: number, at: string, id: string): Key => ({
  pk: `OUTBOX#${shard}`,
  sk: `${at}#${id}`,
});

export const DUE_SHARDS = 16;

/** A small number that spreads ids over `shards` evenly: FNV-1a over the text. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shards;
}

/** The source object of an upload. Kind first: lifecycle rules match literal prefixes. */
export const sourceKey = (tenant: string, uploadId: string) => `source/${tenant}/${uploadId}/source.edf`;

export const sourcePrefix = (tenant: string, uploadId: string) => `source/${tenant}/${uploadId}/`;

export const workPrefix = (tenant: string, jobId: string) => `work/${tenant}/${jobId}/`;

export const jobResultsPrefix = (tenant: string, jobId: string) => `results/${tenant}/${jobId}/`;

export const resultPrefix = (tenant: string, jobId: string, epoch: number) =>
  `results/${tenant}/${jobId}/${epoch}/`;

/** The upload that a source key names, or null when the key is none of ours. */
export function parseSourceKey(key: string): { tenant: string; uploadId: string } | null {
  const match = /^source\/([a-z0-9-]{1,64})\/(upl_[0-9A-HJKMNP-TV-Z]{26})\/source\.edf$/.exec(key);
  return match?.[1] && match[2] ? { tenant: match[1], uploadId: match[2] } : null;
}
