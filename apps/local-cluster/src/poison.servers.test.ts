import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobRow, Ledger } from '@edf-pipeline/ledger';
import type { LocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';
import { bytesOf } from './chaos/chaos-recordings.ts';
import { openLedger } from './chaos/ledger-rows.ts';
import { eventually } from './test-support/eventually.ts';
import { jobRow } from './test-support/job-row.ts';
import { manyAnnotations } from './test-support/many-annotations.ts';
import { uploadBytes } from './test-support/upload-bytes.ts';

const TEST_MS = 240_000;

const LEASE_SECONDS = 4;
const folder = mkdtempSync(path.join(tmpdir(), 'edf-poison-'));
let cluster: LocalCluster;
let ledger: Ledger;

beforeAll(async () => {
  cluster = await startLocalCluster({
    port: 0,
    gateways: 1,
    dispatchers: 1,
    processors: 2,
    folder,
    environment: {
      EDF_LEASE_SECONDS: String(LEASE_SECONDS),
      EDF_HEARTBEAT_SECONDS: '1',
      EDF_SWEEP_SECONDS: '1',
      EDF_WORKER_HEAP_MB: '64',
    },
  });
  ledger = openLedger(cluster);
}, TEST_MS);
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
}, TEST_MS);

const ended = (tenant: string, jobId: string, seconds: number) =>
  eventually(`the end of ${jobId}`, seconds, async () => {
    const row = await jobRow(ledger, tenant, jobId);
    return row.finishedAt !== null && row;
  });

/** Other tenants' work goes on beside it: every one of it succeeds, none was charged for what happened. */
async function neighbours(count: number, firstSeed: number): Promise<JobRow[]> {
  const jobs: JobRow[] = [];
  for (let index = 0; index < count; index++) {
    const bytes = bytesOf({ name: '', kind: 'plain', seed: firstSeed + index });
    const { jobId } = await uploadBytes(cluster, 'neighbour', bytes);
    jobs.push(await ended('neighbour', jobId, 60));
  }
  return jobs;
}

test(
  'A recording whose process is killed each time is put into quarantine after two crashes, and its neighbours go on',
  async () => {
    const poison = await uploadBytes(cluster, 'poisoner', bytesOf({ name: '', kind: 'multipart', seed: 7 }));
    let hasEnded = false;
    const killing = (async () => {
      const killed: string[] = [];
      while (!hasEnded) {
        const claim = await eventually('a claim, or the end', 120, async () => {
          const row = await jobRow(ledger, 'poisoner', poison.jobId);
          if (row.finishedAt !== null) return 'ended' as const;
          const last = row.history.at(-1);
          return last?.what === 'claimed' && !killed.includes(`${last.owner} ${last.epoch}`) && last;
        });
        if (claim === 'ended') break;
        const process = cluster.processes.find(({ name }) => name === claim.owner);
        await process?.kill();
        killed.push(`${claim.owner} ${claim.epoch}`);
        await process?.start();
      }
      return killed;
    })();
    const others = neighbours(6, 100);

    const row = await ended('poisoner', poison.jobId, 150);
    hasEnded = true;

    expect(row).toMatchObject({
      status: 'failed',
      crashes: 2,
      attempts: 0,
      result: null,
      error: { class: 'crash', code: 'worker-silent', retryable: false },
    });
    expect(await killing).toHaveLength(2);
    for (const job of await others)
      expect(job).toMatchObject({ status: 'succeeded', crashes: 0, attempts: 0 });
  },
  TEST_MS,
);

test(
  'A recording that needs more memory than an analysis may have is tried once more, then ends as that, and its process lives',
  async () => {
    const hungry = await uploadBytes(cluster, 'hungry', manyAnnotations(400_000));

    const row = await ended('hungry', hungry.jobId, 150);

    expect(row).toMatchObject({
      status: 'failed',
      crashes: 2,
      error: { class: 'resource', code: 'out-of-memory', retryable: false },
    });
    expect(row.history.filter(({ what }) => what === 'claimed')).toHaveLength(2);
    for (const process of cluster.processes) expect(process.isRunning()).toBe(true);
    for (const job of await neighbours(3, 200))
      expect(job).toMatchObject({ status: 'succeeded', crashes: 0, attempts: 0 });
  },
  TEST_MS,
);
