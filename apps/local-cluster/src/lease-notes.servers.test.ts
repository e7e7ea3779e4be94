import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';
import { bytesOf } from './chaos/chaos-recordings.ts';
import { openLedger } from './chaos/ledger-rows.ts';
import { eventually } from './test-support/eventually.ts';
import { jobRow } from './test-support/job-row.ts';
import { uploadBytes } from './test-support/upload-bytes.ts';

const TEST_MS = 240_000;
/** Nothing in this test waits for as long. */
const LEASE_SECONDS = 600;
const TENANT = 'lab';

const folder = mkdtempSync(path.join(tmpdir(), 'edf-notes-'));
let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await startLocalCluster({
    port: 0,
    gateways: 1,
    dispatchers: 1,
    processors: 1,
    folder,
    environment: { EDF_LEASE_SECONDS: String(LEASE_SECONDS), EDF_SWEEP_SECONDS: '1' },
  });
}, TEST_MS);
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
}, TEST_MS);

test(
  'What a killed processor held goes on when it is back, long before its lease runs out',
  async () => {
    const ledger = openLedger(cluster);
    const recording = bytesOf({ name: '', kind: 'multipart', seed: 11 });
    const { jobId } = await uploadBytes(cluster, TENANT, recording);
    const claim = await eventually('a claim', 60, async () => {
      const last = (await jobRow(ledger, TENANT, jobId)).history.at(-1);
      return last?.what === 'claimed' && last;
    });
    const processor = cluster.processes.find(({ name }) => name === claim.owner);
    await eventually('the note', 10, () => readdirSync(path.join(folder, `${claim.owner}.leases`))[0]);
    await processor?.kill();
    expect(await jobRow(ledger, TENANT, jobId)).toMatchObject({ status: 'running', crashes: 0 });
    await processor?.start();

    const row = await eventually('its end', 60, async () => {
      const now = await jobRow(ledger, TENANT, jobId);
      return now.finishedAt !== null && now;
    });
    expect(row).toMatchObject({ status: 'succeeded', crashes: 1, attempts: 0 });
  },
  TEST_MS,
);
