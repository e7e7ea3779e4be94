import { clientOf, endedJob, uploaded } from './test-support/api-client.ts';
import { leftovers, readLedger } from './test-support/data-on-disk.ts';
import { recordingBytes, slowRecordingGzip } from './test-support/generated-recordings.ts';
import { cleanUp, eventually, startProcess, temporaryFolder } from './test-support/standalone-process.ts';

const env = { EDF_HEARTBEAT_SECONDS: '1', EDF_WORKERS: '1' };

afterEach(cleanUp);

test('a process that is asked to stop while it analyses gives the job back within ten seconds, and the next one finishes it', async () => {
  const data = temporaryFolder();
  const first = startProcess({ data, env });
  const client = clientOf(await first.ready, data);
  const { jobId } = await uploaded(client, slowRecordingGzip(400), 'long.edf.gz');
  await eventually('the job at work', 30, async () => {
    const { status, progress } = await client.getJob(jobId);
    return status === 'running' && progress.stage !== 'waiting';
  });

  const askedAt = Date.now();
  expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(10_000);
  const { jobs, ranges } = readLedger(data);
  expect(jobs[0]).toMatchObject({ status: 'queued', phase: 'backlog', attempts: 0, crashes: 0 });
  expect(jobs[0]?.history.at(-1)).toMatchObject({ code: 'interrupted' });
  expect(ranges[0]).toMatchObject({ owner: null, leaseUntil: null });

  const second = startProcess({ data, env });
  const again = clientOf(await second.ready, data);
  expect(await endedJob(again, jobId)).toMatchObject({
    status: 'succeeded',
    attempts: 0,
    crashes: 0,
    error: null,
  });
  expect((await again.getResult(jobId)).manifest.files.map(({ name }) => name)).toContain('recording.edf');
  expect(leftovers(data)).toEqual([]);
  await second.kill('SIGTERM');
}, 120_000);

test.each(['SIGTERM', 'SIGINT'] as const)(
  'a process with nothing to do ends at %s with exit code 0',
  async (signal) => {
    const data = temporaryFolder();
    const idle = startProcess({ data });
    await idle.ready;
    const askedAt = Date.now();
    expect(await idle.kill(signal)).toEqual({ code: 0, signal: null });
    expect(Date.now() - askedAt).toBeLessThan(5000);
  },
  30_000,
);

test('a stream of changes and a kept connection do not hold up the end', async () => {
  const data = temporaryFolder();
  const serving = startProcess({ data });
  const client = clientOf(await serving.ready, data);
  const gone = new AbortController();
  const stream = await client.openChangeStream(null, gone.signal);
  expect(stream.status).toBe(200);
  const { jobId } = await uploaded(client, recordingBytes());
  await endedJob(client, jobId);
  const askedAt = Date.now();
  expect(await serving.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(10_000);
  gone.abort();
}, 60_000);
