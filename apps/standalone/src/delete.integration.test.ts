import { randomInt } from 'node:crypto';
import type { ApiClient } from '@edf-pipeline/uploader';
import { ApiProblem } from '@edf-pipeline/uploader';
import { clientOf, endedJob, put, signedPut, uploaded } from './test-support/api-client.ts';
import { leftovers, objectKeys, readLedger } from './test-support/data-on-disk.ts';
import { seededRandom } from '@edf-pipeline/service/seeded-random';
import { recordingBytes, slowRecordingGzip } from './test-support/generated-recordings.ts';
import {
  cleanUp,
  eventually,
  freePort,
  startProcess,
  temporaryFolder,
} from './test-support/standalone-process.ts';

const env = { EDF_LEASE_SECONDS: '4', EDF_HEARTBEAT_SECONDS: '1', EDF_SWEEP_SECONDS: '1', EDF_WORKERS: '2' };
const KILLS = 10;

afterEach(cleanUp);

const isGone = (client: ApiClient, recordingId: string) =>
  client.getRecording(recordingId).then(
    () => false,
    (error: unknown) => error instanceof ApiProblem && error.code === 'not-found',
  );

test('deletions that are cut by kills at random moments are finished, and leave nothing but tombstones', async () => {
  const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31));
  console.info(`KILL_SEED=${seed}`);
  const random = seededRandom(seed);
  const data = temporaryFolder();
  const port = await freePort();
  const client = clientOf(`http://127.0.0.1:${port}`, data);
  let current = startProcess({ data, port, env });
  await current.ready;
  const kept = await uploaded(client, recordingBytes({ random }));
  const all: string[] = [];

  for (let kill = 1; kill <= KILLS; kill++) {
    const uploads = [];
    for (let count = 0; count < 4; count += 1)
      uploads.push(await uploaded(client, recordingBytes({ random, dataRecordCount: 50 })));
    // One more whose job is still at work when it is to go.
    if (kill % 3 === 0) uploads.push(await uploaded(client, slowRecordingGzip(60, random)));
    else await Promise.all(uploads.map(({ jobId }) => endedJob(client, jobId)));
    all.push(...uploads.map(({ recordingId }) => recordingId));
    const asked = Promise.all(
      uploads.map(({ recordingId }) => client.deleteRecording(recordingId).catch(alreadyGone)),
    );
    await new Promise((resolve) => setTimeout(resolve, random() * 120));
    await current.kill('SIGKILL');
    current = startProcess({ data, port, env });
    await current.ready;
    await asked;
  }
  for (const recordingId of all)
    await eventually(`the end of ${recordingId}`, 60, () => isGone(client, recordingId));
  expect((await client.listRecordings()).data.map(({ id }) => id)).toEqual([kept.recordingId]);
  await endedJob(client, kept.jobId);
  await eventually('that nothing half deleted is left', 20, async () => leftovers(data).length === 0);
  await current.kill('SIGTERM');

  const names = [kept.id, kept.jobId];
  expect(objectKeys(data).filter((key) => !names.some((name) => key.includes(name)))).toEqual([]);
  const tombstones = readLedger(data).recordings.filter(({ id }) => id !== kept.recordingId);
  expect(tombstones).toHaveLength(all.length);
  for (const tombstone of tombstones) {
    expect(tombstone).toMatchObject({
      status: 'deleted',
      sealedFileName: null,
      resultJobId: null,
      source: { contentId: '', versionId: '' },
    });
  }
}, 180_000);

/** A deletion that was asked for again after a kill may find that it has happened. */
function alreadyGone(error: unknown): void {
  if (!(error instanceof ApiProblem && error.code === 'not-found')) throw error;
}

test('a file that is sent after its deletion, with a request that is still valid, brings nothing back', async () => {
  const data = temporaryFolder();
  const { ready } = startProcess({ data, env });
  const client = clientOf(await ready, data);
  const bytes = recordingBytes();
  const upload = await client.createUpload({ fileName: 'late.edf', byteLength: bytes.length }, 'late');
  const signed = await signedPut(client, upload.id, bytes);
  expect((await put(signed, bytes)).status).toBe(200);
  await client.completeUpload(upload.id);
  await endedJob(client, upload.jobId);
  await client.deleteRecording(upload.recordingId);
  await eventually('the deletion', 30, () => isGone(client, upload.recordingId));
  expect(objectKeys(data)).toEqual([]);

  const late = await put(signed, bytes);
  expect([200, 403, 409, 410, 412]).toContain(late.status);
  await eventually('that the late bytes are gone too', 30, async () => objectKeys(data).length === 0);
  await client.completeUpload(upload.id).catch(() => undefined);
  expect(await isGone(client, upload.recordingId)).toBe(true);
  expect((await client.listRecordings()).data).toEqual([]);
  expect((await client.getJob(upload.jobId)).status).toBe('succeeded');

  // The same bytes as a new upload are a new recording.
  const again = await uploaded(client, bytes);
  expect(again.recordingId).not.toBe(upload.recordingId);
  expect((await endedJob(client, again.jobId)).status).toBe('succeeded');
}, 90_000);

test('a file that is sent to an upload that was given up is not kept', async () => {
  const data = temporaryFolder();
  const { ready } = startProcess({ data, env });
  const client = clientOf(await ready, data);
  const bytes = recordingBytes();
  const upload = await client.createUpload(
    { fileName: 'given-up.edf', byteLength: bytes.length },
    'given-up',
  );
  const signed = await signedPut(client, upload.id, bytes);
  await client.abortUpload(upload.id);
  await put(signed, bytes);
  await eventually('that the late bytes are gone', 30, async () => objectKeys(data).length === 0);
  expect((await client.listRecordings()).data).toEqual([]);
  expect((await client.getUpload(upload.id)).status).toBe('aborted');
}, 60_000);
