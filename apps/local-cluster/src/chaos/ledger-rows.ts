import type { JobRow, Ledger, RecordingRow, UploadRow } from '@edf-pipeline/ledger';
import { createUlidFactory } from '@edf-pipeline/service';
import { defaultLedgerSettings, listJobs, listRecordings, listUploads } from '@edf-pipeline/ledger';
import { createDynamodbLedgerStore, createLedgerClient } from '@edf-pipeline/ledger/dynamodb';
import { standInClient } from '@edf-pipeline/stand-ins';
import type { LocalCluster } from '../local-cluster.ts';

/** All that the ledger says of a tenant. */
export interface TenantRows {
  readonly uploads: readonly UploadRow[];
  readonly recordings: readonly RecordingRow[];
  readonly jobs: readonly JobRow[];
}

/** The cluster's ledger, asked directly: nothing of what disturbs the cluster is between. */
export function openLedger(cluster: LocalCluster): Ledger {
  const client = createLedgerClient(standInClient(cluster.standIns.dynamodb.endpoint));
  const clock = () => new Date();
  return {
    store: createDynamodbLedgerStore({ client, tableName: cluster.table }),
    settings: defaultLedgerSettings,
    clock,
    newId: createUlidFactory(clock),
    random: Math.random,
  };
}

interface Page<T> {
  readonly rows: readonly { readonly row: T }[];
  readonly olderThan: string | null;
}

export async function readTenantRows(ledger: Ledger, tenant: string): Promise<TenantRows> {
  return {
    uploads: await everything((query) => listUploads(ledger, tenant, 'all', query)),
    recordings: await everything((query) => listRecordings(ledger, tenant, query)),
    jobs: await everything((query) => listJobs(ledger, tenant, undefined, query)),
  };
}

/** How many jobs of a tenant have not ended. */
export async function countOpenJobs(ledger: Ledger, tenant: string): Promise<number> {
  let count = 0;
  for (const status of ['queued', 'running', 'canceling'] as const)
    count += (await listJobs(ledger, tenant, status, { limit: 200 })).rows.length;
  return count;
}

async function everything<T>(
  list: (query: { limit: number; olderThan?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let olderThan: string | undefined; ;) {
    const page = await list({ limit: 200, olderThan });
    all.push(...page.rows.map(({ row }) => row));
    if (page.olderThan === null) return all;
    olderThan = page.olderThan;
  }
}
