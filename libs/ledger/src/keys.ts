import type { Key } from './ledger-store.ts';
import type { Pool } from './rows.ts';

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

/** What a tenant has in hand in a pool. */
export const inHandKey = (tenant: string, pool: Pool): Key => ({
  pk: `T#${tenant}#IN-HAND#${pool}`,
  sk: 'IN-HAND',
});

/** One for each day of UTC: what a tenant's attempts used. */
export const usagePartition = (tenant: string, day: string) => `T#${tenant}#USAGE#${day}`;

export const usageKey = (tenant: string, day: string, jobId: string, epoch: number): Key => ({
  pk: usagePartition(tenant, day),
  sk: `${jobId}#${String(epoch).padStart(6, '0')}`,
});

/** Sums of days that are over, by month. */
export const usageMonthPartition = (tenant: string, month: string) => `T#${tenant}#USAGE#${month}`;

export const usageDayKey = (tenant: string, day: string): Key => ({
  pk: usageMonthPartition(tenant, day.slice(0, 7)),
  sk: `DAY#${day}`,
});

export const seenKey = (objectKey: string, versionId: string): Key => ({
  pk: `SEEN#${objectKey}#${versionId}`,
  sk: 'SEEN',
});

/** Audit records of a tenant and a day. */
export const auditPartition = (tenant: string, day: string) => `T#${tenant}#AUDIT#${day}`;

export const auditKey = (tenant: string, at: string, id: string): Key => ({
  pk: auditPartition(tenant, at.slice(0, 10)),
  sk: `${at}#${id}`,
});

/** Where operators' own records are kept. No tenant id has a low line: it is nobody's. */
export const OPERATIONS = '_operations';

/** All tenants in one partition: they are few, written once, and listed by name. */
export const TENANTS_PARTITION = 'TENANTS';

export const tenantKey = (tenant: string): Key => ({ pk: TENANTS_PARTITION, sk: tenant });

/** Outside every tenant: it says which one. */
export const machineClientKey = (clientId: string): Key => ({
  pk: `MACHINE-CLIENT#${clientId}`,
  sk: 'MACHINE-CLIENT',
});

/** All endpoints of a tenant in one partition: they are few, and every event is held against all of them. */
export const webhooksPartition = (tenant: string) => `T#${tenant}#WEBHOOKS`;

export const webhookKey = (tenant: string, webhookId: string): Key => ({
  pk: webhooksPartition(tenant),
  sk: webhookId,
});

export const webhookDeliveryKey = (tenant: string, deliveryId: string): Key => ({
  pk: `T#${tenant}#WHD#${deliveryId}`,
  sk: 'WHD',
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

/** A place where everything belongs to one upload or job, and is deleted together; `prefix` ends with a slash. */
export type ObjectFolder =
  | { readonly kind: 'source'; readonly prefix: string; readonly tenant: string; readonly uploadId: string }
  | { readonly kind: 'work'; readonly prefix: string; readonly tenant: string; readonly jobId: string }
  | {
      readonly kind: 'results';
      readonly prefix: string;
      readonly tenant: string;
      readonly jobId: string;
      readonly epoch: number;
    };

/** The folder an object key lies in, or null when the key is none that we make. */
export function folderOfKey(key: string): ObjectFolder | null {
  const tenantAnd = (rest: string) => new RegExp(`^((?:source|work|results)/([a-z0-9-]{1,64})/${rest})`);
  const [, source, sourceTenant, uploadId] = tenantAnd(`(upl_${ULID})/`).exec(key) ?? [];
  const [, job, jobTenant, jobId] = tenantAnd(`(job_${ULID})/`).exec(key) ?? [];
  if (key.startsWith('source/') && source && sourceTenant && uploadId)
    return { kind: 'source', prefix: source, tenant: sourceTenant, uploadId };
  if (!job || !jobTenant || !jobId) return null;
  if (key.startsWith('work/')) return { kind: 'work', prefix: job, tenant: jobTenant, jobId };
  const epoch = /^(\d{1,9})\//.exec(key.slice(job.length))?.[1];
  if (!key.startsWith('results/') || epoch === undefined) return null;
  return { kind: 'results', prefix: `${job}${epoch}/`, tenant: jobTenant, jobId, epoch: Number(epoch) };
}

const ULID = '[0-9A-HJKMNP-TV-Z]{26}';

/** The upload that a source key names, or null when the key is none of ours. */
export function parseSourceKey(key: string): { tenant: string; uploadId: string } | null {
  const match = /^source\/([a-z0-9-]{1,64})\/(upl_[0-9A-HJKMNP-TV-Z]{26})\/source\.edf$/.exec(key);
  return match?.[1] && match[2] ? { tenant: match[1], uploadId: match[2] } : null;
}
