import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Upload } from '@edf-pipeline/contracts';
import type { Ledger } from '@edf-pipeline/ledger';
import { standInClient } from '@edf-pipeline/stand-ins';
import { bytesOf } from './chaos/chaos-recordings.ts';
import { openLedger, readTenantRows } from './chaos/ledger-rows.ts';
import type { LocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';
import { eventually } from './test-support/eventually.ts';
import { clientOf } from './test-support/upload-bytes.ts';

const TEST_MS = 120_000;
const folder = mkdtempSync(path.join(tmpdir(), 'edf-object-events-'));
let cluster: LocalCluster;
let ledger: Ledger;
let s3: S3Client;
let sqs: SQSClient;

beforeAll(async () => {
  cluster = await startLocalCluster({ port: 0, gateways: 2, dispatchers: 2, processors: 1, folder });
  ledger = openLedger(cluster);
  const client = standInClient(cluster.standIns.ministack.endpoint);
  s3 = new S3Client({ ...client, forcePathStyle: true });
  sqs = new SQSClient(client);
}, TEST_MS);
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
}, TEST_MS);

const recording = (seed: number) => bytesOf({ name: '', kind: 'plain', seed });
const contentIdOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const keyOf = (tenant: string, { id }: Upload) => `source/${tenant}/${id}/source.edf`;
const processesOf = (kind: string) => cluster.processes.filter(({ name }) => name.startsWith(kind));

function announce(tenant: string, byteLength: number, contentId?: string): Promise<Upload> {
  const body = { byteLength, fileName: 'night.edf', ...(contentId !== undefined && { contentId }) };
  return clientOf(cluster, tenant).createUpload(body, `key-${Math.random()}`);
}

/** As somebody with rights on the bucket could: no condition, no signed length. */
async function putUnasked(key: string, bytes: Uint8Array): Promise<string> {
  const put = new PutObjectCommand({
    Bucket: cluster.bucket,
    Key: key,
    Body: bytes,
    ChecksumSHA256: contentIdOf(bytes),
  });
  return (await s3.send(put)).VersionId ?? '';
}

const tell = (key: string, versionId: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: cluster.queueUrl,
      MessageBody: JSON.stringify({
        Records: [
          {
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            s3: { bucket: { name: cluster.bucket }, object: { key, versionId } },
          },
        ],
      }),
    }),
  );

const endedUpload = (tenant: string, { id }: Upload) =>
  eventually(`the end of ${id}`, 90, async () => {
    const upload = await clientOf(cluster, tenant).getUpload(id);
    return ['completed', 'rejected'].includes(upload.status) && upload;
  });

const endedJob = (tenant: string, jobId: string) =>
  eventually(`the end of ${jobId}`, 60, async () => {
    const { jobs } = await readTenantRows(ledger, tenant);
    const job = jobs.find(({ id }) => id === jobId);
    return job?.finishedAt != null && job;
  });

test(
  'An upload that clients, gateways and object events complete at once becomes one recording and one job',
  async () => {
    const client = clientOf(cluster, 'at-once');
    const uploads: Upload[] = [];
    for (let round = 0; round < 10; round++) {
      const bytes = recording(1_000 + round);
      const upload = await announce('at-once', bytes.length);
      const versionId = await putUnasked(keyOf('at-once', upload), bytes);
      const completions = Array.from({ length: 4 }, () => client.completeUpload(upload.id));
      const events = Array.from({ length: 4 }, () => tell(keyOf('at-once', upload), versionId));
      const answers = await Promise.all(completions);
      await Promise.all(events);

      for (const { status, jobId } of answers)
        expect({ status, jobId }).toEqual({ status: 'completed', jobId: upload.jobId });
      uploads.push(upload);
    }
    for (const { jobId } of uploads)
      expect(await endedJob('at-once', jobId)).toMatchObject({ status: 'succeeded' });

    const { recordings, jobs } = await readTenantRows(ledger, 'at-once');
    expect(recordings).toHaveLength(uploads.length);
    expect(jobs).toHaveLength(uploads.length);
    for (const { history } of jobs) {
      expect(history.filter(({ what }) => what === 'accepted')).toHaveLength(1);
      expect(history.filter(({ what }) => what === 'committed')).toHaveLength(1);
    }
  },
  TEST_MS,
);

test(
  'An object that is replaced between its event and the look at it is refused when the client had said what it sends',
  async () => {
    const [told, other] = [recording(2_001), recording(2_002)];
    const sameLength = Buffer.from(told);
    other.copy(sameLength, 0, 0, Math.min(other.length, told.length));
    const upload = await announce('replaced', told.length, contentIdOf(told));
    const key = keyOf('replaced', upload);
    await Promise.all(processesOf('dispatcher').map((each) => each.kill()));
    const versionId = await putUnasked(key, told);
    await putUnasked(key, sameLength);
    await tell(key, versionId);
    await Promise.all(processesOf('dispatcher').map((each) => each.start()));

    expect(await endedUpload('replaced', upload)).toMatchObject({
      status: 'rejected',
      rejection: 'checksum-mismatch',
    });
    expect((await readTenantRows(ledger, 'replaced')).jobs).toEqual([]);
    await eventually('no version of it left', 60, async () => {
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: cluster.bucket, Prefix: key }));
      return !listed.Versions?.length;
    });
  },
  TEST_MS,
);

test(
  'A recording is the version that was accepted, whatever is put in its place afterwards',
  async () => {
    const [accepted, later] = [recording(3_001), recording(3_002)];
    const [processor] = processesOf('processor');
    await processor?.kill();
    const upload = await announce('pinned', accepted.length);
    const versionId = await putUnasked(keyOf('pinned', upload), accepted);
    await endedUpload('pinned', upload);
    await putUnasked(keyOf('pinned', upload), later);
    await processor?.start();

    expect(await endedJob('pinned', upload.jobId)).toMatchObject({
      status: 'succeeded',
      source: { versionId, contentId: contentIdOf(accepted), byteLength: accepted.length },
    });
    const { manifest } = await clientOf(cluster, 'pinned').getResult(upload.jobId);
    expect(manifest.source).toEqual({ byteLength: accepted.length, contentId: contentIdOf(accepted) });
  },
  TEST_MS,
);
