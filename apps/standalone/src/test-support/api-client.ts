import { createHash } from 'node:crypto';
import type { Job, SignedPart, Upload } from '@edf-pipeline/contracts';
import type { ApiClient, Timing } from '@edf-pipeline/uploader';
import { createApiClient, isJobEnded, systemTiming, uploadFile } from '@edf-pipeline/uploader';
import { eventually, tokenIn } from './standalone-process.ts';

/** Comes back sooner than people's clients do: the tests wait for nothing but the service. */
const eager: Timing = {
  ...systemTiming,
  sleep: (milliseconds, signal) => systemTiming.sleep(Math.min(milliseconds, 150), signal),
};

export function clientOf(url: string, data: string): ApiClient {
  return createApiClient({
    baseUrl: url,
    getToken: () => tokenIn(data),
    timing: eager,
    patienceSeconds: 60,
    answerSeconds: 10,
  });
}

export const sourceOf = (name: string, bytes: Uint8Array) => ({
  name,
  byteLength: bytes.length,
  slice: async (start: number, end: number) => new Uint8Array(bytes.subarray(start, end)),
});

export async function uploaded(client: ApiClient, bytes: Uint8Array, name = 'night.edf'): Promise<Upload> {
  const outcome = await uploadFile({ client, source: sourceOf(name, bytes), patienceSeconds: 60 });
  if (outcome.kind !== 'done') throw new Error(`the upload ended as ${outcome.kind}`);
  return outcome.upload;
}

export function endedJob(client: ApiClient, jobId: string, seconds = 120): Promise<Job> {
  return eventually(`the end of ${jobId}`, seconds, async () => {
    const job = await client.getJob(jobId);
    return isJobEnded(job) && job;
  });
}

const base64Sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

export async function signedPut(client: ApiClient, uploadId: string, bytes: Uint8Array): Promise<SignedPart> {
  const [signed] = await client.signParts(uploadId, [{ partNumber: 1, checksumSha256: base64Sha256(bytes) }]);
  if (!signed) throw new Error('nothing was signed');
  return { ...signed, url: client.resolveUrl(signed.url) };
}

/** Carries out a signed request, once. */
export async function put(
  { url, method, headers }: SignedPart,
  bytes: Uint8Array,
): Promise<{ status: number; text: string }> {
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'));
  const response = await fetch(url, { method, headers: sent, body: new Uint8Array(bytes) });
  return { status: response.status, text: await response.text() };
}

/** All rows of a list, page by page. */
export async function everything<T>(
  list: (query: {
    limit: number;
    cursor?: string;
  }) => Promise<{ data: readonly T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; ;) {
    const { data, nextCursor } = await list({ limit: 200, cursor });
    all.push(...data);
    if (nextCursor === null) return all;
    cursor = nextCursor;
  }
}
