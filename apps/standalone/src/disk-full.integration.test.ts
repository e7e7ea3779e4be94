import { gzipSync } from 'node:zlib';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ApiClient } from '@edf-pipeline/uploader';
import { ApiProblem } from '@edf-pipeline/uploader';
import { clientOf, endedJob, put, signedPut, uploaded } from './test-support/api-client.ts';
import { leftovers, objectKeys } from './test-support/data-on-disk.ts';
import { recordingBytes } from './test-support/generated-recordings.ts';
import type { SmallDisk } from './test-support/small-disk.ts';
import { mebibytes, mountSmallDisk } from './test-support/small-disk.ts';
import {
  cleanUp,
  endProcesses,
  eventually,
  startProcess,
  temporaryFolder,
} from './test-support/standalone-process.ts';

/** Only root may mount a disk. In CI a machine without one fails. */
const isTested = process.getuid?.() === 0 || Boolean(process.env.CI);
if (!isTested) console.warn('NOT TESTED: a full disk. Mounting a tmpfs needs root.');
const testOnSmallDisk = isTested ? test : test.skip;

let disk: SmallDisk | null = null;

afterEach(async () => {
  await endProcesses();
  disk?.unmount();
  disk = null;
  await cleanUp();
});

/** A process on a disk of so many MiB. */
async function startOnSmallDisk(
  size: number,
  reserve: number,
): Promise<{ client: ApiClient; data: string; disk: SmallDisk }> {
  const mountPoint = temporaryFolder();
  disk = mountSmallDisk(mountPoint, size);
  if (!disk) throw new Error('a small disk could not be mounted');
  const data = path.join(mountPoint, 'data');
  mkdirSync(data);
  const env = {
    EDF_FREE_BYTES_RESERVE: String(reserve),
    EDF_HEARTBEAT_SECONDS: '1',
    EDF_SWEEP_SECONDS: '1',
    EDF_WORKERS: '1',
  };
  const { ready } = startProcess({ data, env });
  return { client: clientOf(await ready, data), data, disk };
}

async function announced(client: ApiClient, bytes: Buffer) {
  const upload = await client.createUpload(
    { fileName: 'night.edf', byteLength: bytes.length },
    `key-${Math.random()}`,
  );
  return { upload, signed: await signedPut(client, upload.id, bytes) };
}

const problemCode = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );

testOnSmallDisk.each([
  ['that keeps a reserve', mebibytes(2)],
  ['that is used to its last byte', 0],
])(
  'an upload that does not fit on a disk %s is refused as such, and nothing of it is kept',
  async (_name, reserve) => {
    const started = await startOnSmallDisk(24, reserve);
    const { client, data } = started;
    const tooLarge = recordingBytes({ dataRecordCount: 30, samplesPerDataRecord: 250_000 });
    expect(tooLarge.length).toBeGreaterThan(mebibytes(24));
    const { upload, signed } = await announced(client, tooLarge);

    const answer = await put(signed, tooLarge);
    expect(answer.status).toBe(507);
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'storage-full',
      detail: expect.stringMatching(/\.$/) as string,
    });
    await eventually('that room is free again', 10, async () => leftovers(data).length === 0);
    expect(objectKeys(data)).toEqual([]);
    expect(await problemCode(client.completeUpload(upload.id))).toBe('parts-missing');

    const { jobId } = await uploaded(client, recordingBytes());
    expect((await endedJob(client, jobId)).status).toBe('succeeded');
  },
  90_000,
);

testOnSmallDisk(
  'while the disk has no room at all the service says so and stays alive, and goes on once there is',
  async () => {
    const started = await startOnSmallDisk(24, 0);
    const { client, data, disk: full } = started;
    const bytes = recordingBytes();
    const before = await announced(client, bytes);
    full.fillUpTo(0);

    expect((await put(before.signed, bytes)).status).toBe(507);
    const body = { fileName: 'x.edf', byteLength: 5 };
    const codes = new Set<string>();
    for (let count = 0; count < 40; count += 1) {
      codes.add(await problemCode(client.createUpload(body, `full-${count}`, { patienceSeconds: 0 })));
    }
    // The ledger's log has some room of its own before it, too, is full.
    expect([...codes].sort()).toEqual(expect.arrayContaining(['storage-full']));
    expect([...codes].filter((code) => code !== 'storage-full' && code !== 'no problem')).toEqual([]);
    expect((await fetch(client.resolveUrl('/healthz'))).status).toBe(200);
    expect((await client.getUpload(before.upload.id)).status).not.toBe('completed');

    full.free();
    expect((await put(before.signed, bytes)).status).toBe(200);
    const { jobId } = await client.completeUpload(before.upload.id);
    expect((await endedJob(client, jobId)).status).toBe('succeeded');
    expect(leftovers(data)).toEqual([]);
  },
  90_000,
);

/** 40 kB to send, 30 MiB to write. */
function recordingThatGrows(): Buffer {
  const bytes = recordingBytes({ dataRecordCount: 300, samplesPerDataRecord: 25_000, random: () => 0.5 });
  bytes.write(String(Math.random()), 100, 'latin1');
  expect(bytes.length).toBeGreaterThan(mebibytes(28));
  return gzipSync(bytes);
}

/** A job whose file has found room, and whose result will not. */
async function startedWithoutRoom() {
  const started = await startOnSmallDisk(64, mebibytes(1));
  started.disk.fillUpTo(mebibytes(12));
  return { ...started, ...(await uploaded(started.client, recordingThatGrows(), 'grows.edf.gz')) };
}

testOnSmallDisk(
  'a job whose result finds no room is tried again by itself, and succeeds once there is room',
  async () => {
    const { client, data, disk: full, jobId } = await startedWithoutRoom();
    const waiting = await eventually('the second try', 60, async () => {
      const job = await client.getJob(jobId);
      return job.attempts > 0 && job;
    });
    expect(waiting).toMatchObject({ status: 'queued', phase: 'retry_wait', crashes: 0 });
    expect(waiting.error).toMatchObject({
      class: 'transient',
      code: 'storage-full',
      retryable: true,
      message: expect.stringMatching(/full/) as string,
    });
    expect(waiting.retryAt).not.toBeNull();
    full.free();
    expect(await endedJob(client, jobId)).toMatchObject({ status: 'succeeded', error: null });
    await eventually('that nothing half written is left', 10, async () => leftovers(data).length === 0);
    const epochs = new Set(
      objectKeys(data).flatMap((key) => /^results\/local\/[^/]+\/(\d+)\//.exec(key)?.[1] ?? []),
    );
    expect(epochs.size).toBe(1);
  },
  120_000,
);

testOnSmallDisk(
  'a job that never finds room fails with a sentence, keeps nothing, and may be run again when there is',
  async () => {
    const { client, data, disk: full, jobId } = await startedWithoutRoom();
    const failed = await endedJob(client, jobId, 150);
    expect(failed).toMatchObject({ status: 'failed', attempts: 4, crashes: 0 });
    expect(failed.error).toMatchObject({
      class: 'transient',
      code: 'storage-full',
      message: expect.stringMatching(/^.+ .+\.$/) as string,
    });
    await eventually(
      'that what was written is gone',
      10,
      async () =>
        leftovers(data).length === 0 && objectKeys(data).every((key) => !key.startsWith('results/')),
    );
    full.free();
    await client.retryJob(jobId);
    expect(await endedJob(client, jobId)).toMatchObject({ status: 'succeeded', error: null, attempts: 0 });
  },
  240_000,
);
