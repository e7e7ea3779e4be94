import type { Upload } from '@edf-pipeline/contracts';
import { uploadFile } from '@edf-pipeline/uploader';
import { createTenantClient } from '../chaos/upload-contents.ts';
import type { LocalCluster } from '../local-cluster.ts';

const clients = new Map<string, ReturnType<typeof createTenantClient>>();

export function clientOf(cluster: LocalCluster, tenant: string) {
  const name = `${cluster.url} ${tenant}`;
  const client = clients.get(name) ?? createTenantClient(cluster.url, cluster.users, tenant);
  clients.set(name, client);
  return client;
}

export const sourceOf = (bytes: Uint8Array) => ({
  name: 'night.edf',
  byteLength: bytes.length,
  slice: async (start: number, end: number) => new Uint8Array(bytes.subarray(start, end)),
});

/** Uploads a file for a tenant, as a client does. @throws Error when it does not become a recording */
export async function uploadBytes(cluster: LocalCluster, tenant: string, bytes: Uint8Array): Promise<Upload> {
  const outcome = await uploadFile({ client: clientOf(cluster, tenant), source: sourceOf(bytes) });
  if (outcome.kind !== 'done') throw new Error(`the upload ended as ${JSON.stringify(outcome)}`);
  return outcome.upload;
}
