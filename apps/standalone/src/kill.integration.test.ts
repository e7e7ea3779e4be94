import { createHash, randomInt } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Manifest } from '@edf-pipeline/contracts';
import type { ApiClient, ResumeState } from '@edf-pipeline/uploader';
import { isJobEnded, uploadFile } from '@edf-pipeline/uploader';
import type { InterruptedUploads } from './test-support/interrupted-uploads.ts';
import { interruptedUploads } from './test-support/interrupted-uploads.ts';
import { clientOf, endedJob, everything, sourceOf } from './test-support/api-client.ts';
import { leftovers, objectKeys, readLedger } from './test-support/data-on-disk.ts';
import { seededRandom } from '@edf-pipeline/service/seeded-random';
import { largeRecordingBytes, recordingBytes } from './test-support/generated-recordings.ts';
import {
  cleanUp,
  eventually,
  freePort,
  startProcess,
  temporaryFolder,
} from './test-support/standalone-process.ts';

const FILES = 200;
const KILLS = 25;
/** Files that go in parts (five of 16 MiB, the last shorter), begun while there are lives enough to spread them over. */
const LARGE = new Set([8, 40, 72]);
const LARGE_MEBIBYTES = 64;
/** Interruptions after which a job's end is waited for. */
const OFTEN = 15;
const env = { EDF_LEASE_SECONDS: '6', EDF_HEARTBEAT_SECONDS: '1', EDF_SWEEP_SECONDS: '1', EDF_WORKERS: '2' };

afterAll(cleanUp);

/**
 * Distinct recordings of 4 kB to 2 MB, and a few that go in parts; each fifth as gzip, whose result holds the recording
 * once more.
 */
function generateFiles(random: () => number): Buffer[] {
  return Array.from({ length: FILES }, (_, index) => {
    if (LARGE.has(index)) return largeRecordingBytes(LARGE_MEBIBYTES, random);
    const samplesPerDataRecord = index % 20 === 0 ? 20_000 : 50 + Math.floor(random() * 500);
    const dataRecordCount = 5 + Math.floor(random() * 20);
    const bytes = recordingBytes({
      random,
      dataRecordCount,
      samplesPerDataRecord,
      annotation: `event ${index}`,
    });
    return index % 5 === 0 ? gzipSync(bytes, { level: 1 }) : bytes;
  });
}

/**
 * Uploads all files, at most six at once, each when it may begin; every cut is come back from. The large ones are broken
 * off with the process, if its lives are given, and resumed by what was kept of them.
 */
async function uploadAll(
  client: ApiClient,
  files: readonly Buffer[],
  mayBegin: (index: number) => Promise<void>,
  large?: InterruptedUploads,
): Promise<string[]> {
  const jobIds: string[] = [];
  let next = 0;
  const uploadOne = async (index: number) => {
    let resume: ResumeState | null = null;
    const remember = (state: ResumeState | null) => {
      resume = state;
    };
    const source = sourceOf(`night-${index}.edf`, files[index]!);
    const upload = () => uploadFile({ client, source, resume, onResumeState: remember, patienceSeconds: 20 });
    for (let tries = 1; ; tries++) {
      try {
        const outcome = large && LARGE.has(index) ? await large.upload({ client, source }) : await upload();
        if (outcome.kind !== 'done' && outcome.kind !== 'duplicate')
          throw new Error(`file ${index} ended as ${outcome.kind}`);
        jobIds[index] = outcome.upload.jobId;
        return;
      } catch (error) {
        if (tries === 10) throw error;
      }
    }
  };
  const lane = async () => {
    for (let index = next++; index < files.length; index = next++) {
      await mayBegin(index);
      await uploadOne(index);
    }
  };
  await Promise.all(Array.from({ length: 6 }, lane));
  return jobIds;
}

/** What each content became: manifests by content id. */
async function manifestsOf(client: ApiClient): Promise<Map<string, Manifest>> {
  const recordings = await everything((query) => client.listRecordings(query));
  const manifests = new Map<string, Manifest>();
  for (const { contentId, job } of recordings)
    manifests.set(contentId, (await client.getResult(job!.id)).manifest);
  return manifests;
}

async function undisturbed(files: readonly Buffer[]): Promise<Map<string, Manifest>> {
  const data = temporaryFolder();
  const quiet = startProcess({ data, env });
  const client = clientOf(await quiet.ready, data);
  const jobIds = await uploadAll(client, files, async () => undefined);
  for (const jobId of jobIds) expect((await endedJob(client, jobId)).status).toBe('succeeded');
  const manifests = await manifestsOf(client);
  await quiet.kill('SIGTERM');
  return manifests;
}

test('200 uploads through 25 kills become exactly 200 results, each the one of an undisturbed run', async () => {
  const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31));
  console.info(`KILL_SEED=${seed}`);
  const random = seededRandom(seed);
  const files = generateFiles(random);
  const undisturbedAt = Date.now();
  const expected = await undisturbed(files);
  expect(expected.size).toBe(FILES);
  // On a machine that is busy with other things a life is longer.
  const lifeMs = Math.max(1_400, (20 * (Date.now() - undisturbedAt)) / FILES);

  const begunAt = Date.now();
  const data = temporaryFolder();
  const port = await freePort();
  const client = clientOf(`http://127.0.0.1:${port}`, data);
  let current = startProcess({ data, port, env });
  await current.ready;

  // Each life of the process lets some more files begin, so that every kill finds uploads under way.
  let begun = 0;
  let wake = Promise.withResolvers<void>();
  const letBegin = (count: number) => {
    begun = count;
    wake.resolve();
    wake = Promise.withResolvers();
  };
  const large = interruptedUploads({ partsPerLife: 2 });
  const mayBegin = async (index: number) => {
    while (index >= begun) await wake.promise;
  };
  const uploading = uploadAll(client, files, mayBegin, large);
  uploading.catch(() => undefined);

  let killsWhileStarting = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    letBegin(Math.ceil((FILES * kill) / KILLS));
    const mustFindParts = kill % 3 === 0;
    const isEarly = !mustFindParts && random() < 0.2;
    if (isEarly) killsWhileStarting += 1;
    else await current.ready;
    await new Promise((resolve) => setTimeout(resolve, random() * (isEarly ? 700 : lifeMs)));
    // The moment is chance; but a machine may be too busy for a life of chance to let any part through, or for a job that
    // takes long to come to its end before it was interrupted 20 times, and is given up.
    if (mustFindParts)
      await eventually('that large uploads are half done', 120, async () => large.areHeldBack());
    if (!isEarly && kill > OFTEN)
      await eventually('the end of what was interrupted often', 120, async () => {
        const jobs = await everything((query) => client.listJobs(query));
        return jobs.every((job) => job.evictions < OFTEN || isJobEnded(job));
      });
    expect(await current.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    large.lifeEnded({ isLast: kill === KILLS });
    current = startProcess({ data, port, env });
  }
  await current.ready;
  const jobIds = await uploading;
  for (const jobId of jobIds)
    expect(await endedJob(client, jobId)).toMatchObject({
      status: 'succeeded',
      error: null,
      attempts: 0,
      crashes: 0,
    });
  const seconds = Math.round((Date.now() - begunAt) / 1000);

  const recordings = await everything((query) => client.listRecordings(query));
  expect(recordings).toHaveLength(FILES);
  for (const { job, resultJobId } of recordings)
    expect(job).toMatchObject({ id: resultJobId, status: 'succeeded' });
  expect((await client.listUploads({ state: 'open' })).data).toEqual([]);
  const uploads = await everything((query) => client.listUploads(query));
  expect(uploads.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(FILES);
  expect(await everything((query) => client.listJobs(query))).toHaveLength(FILES);

  const inParts = uploads.filter(({ partCount, isDuplicate }) => partCount > 1 && !isDuplicate);
  expect(inParts).toHaveLength(LARGE.size);
  // Every one of them was come back to with some of its parts there and others missing.
  expect(large.resumed().size).toBe(LARGE.size);

  expect(await manifestsOf(client)).toEqual(expected);
  let filesRead = 0;
  for (const jobId of jobIds) {
    for (const { url, byteLength, sha256 } of (await client.getResult(jobId)).files) {
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
      expect(bytes.length).toBe(byteLength);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      filesRead += 1;
    }
  }

  await current.kill('SIGTERM');
  const { jobs } = readLedger(data);
  for (const { history } of jobs) expect(history.filter(({ what }) => what === 'committed')).toHaveLength(1);
  expect(leftovers(data)).toEqual([]);
  const referenced = recordings.map(({ uploadId }) => `source/local/${uploadId}/source.edf`);
  const keys = objectKeys(data);
  expect(keys.filter((key) => key.startsWith('source/'))).toEqual(referenced.sort());
  const prefixes = jobs.map(({ result }) => result!.prefix);
  const unreferenced = keys.filter(
    (key) => !key.startsWith('source/') && !prefixes.some((prefix) => key.startsWith(prefix)),
  );
  const evictions = jobs.reduce((sum, job) => sum + job.evictions, 0);
  console.info({
    seed,
    kills: KILLS,
    killsWhileStarting,
    seconds,
    evictions,
    resumedWithParts: [...large.resumed().values()],
    filesRead,
    unreferenced: unreferenced.length,
  });
  expect(unreferenced).toEqual([]);
}, 600_000);
