import { gzipSync } from 'node:zlib';
import type { Upload } from '@edf-pipeline/contracts';
import { jobSchema } from '@edf-pipeline/contracts';
import { bodyOf, call, eventually, problemOf } from './test-support/api.ts';
import { edfBytes, largeEdfBytes } from './test-support/edf-bytes.ts';
import { deleted, endedJob, jobNow, processed, resultOf, uploaded } from './test-support/uploads.ts';

/** Small to send and long to work on: 60 MiB of a flat line, as gzip. */
const slowFile = () => gzipSync(largeEdfBytes(60, 0), { level: 1 });

const cancel = (jobId: string) => call('POST', `/v1/jobs/${jobId}/cancel`);
const retry = (jobId: string) => call('POST', `/v1/jobs/${jobId}/retry`);

test('a job that waits is canceled at once, one that runs soon, and both run again when asked to', async () => {
  const uploads: Upload[] = [];
  for (let count = 0; count < 8; count += 1) uploads.push(await uploaded(slowFile(), `slow-${count}.edf.gz`));
  const last = uploads.at(-1)!;
  const waiting = bodyOf(await cancel(last.jobId), jobSchema, 202);
  expect(['canceled', 'canceling']).toContain(waiting.status);
  // What runs may end while it is being canceled: then the next one is taken.
  const { running, stopping } = await eventually('a running job that is stopped', 60, async () => {
    const jobs = await Promise.all(uploads.map(({ jobId }) => jobNow(jobId)));
    const candidate = jobs.find(({ status }) => status === 'running');
    const answer = candidate && (await cancel(candidate.id));
    return answer?.status === 202 && { running: candidate!, stopping: bodyOf(answer, jobSchema, 202) };
  });
  expect(['canceled', 'canceling']).toContain(stopping.status);
  expect(stopping.version).toBeGreaterThan(running.version);
  for (const jobId of [last.jobId, running.id]) {
    expect(await endedJob(jobId)).toMatchObject({
      status: 'canceled',
      phase: 'done',
      attempts: 0,
      crashes: 0,
      error: null,
    });
    expect(bodyOf(await cancel(jobId), jobSchema, 202).status).toBe('canceled');
    problemOf(await call('GET', `/v1/jobs/${jobId}/result`), 'state-conflict');
  }

  for (const { jobId } of uploads.slice(0, -1)) if (jobId !== running.id) await cancel(jobId);
  for (const jobId of [last.jobId, running.id]) {
    expect(['queued', 'running']).toContain(bodyOf(await retry(jobId), jobSchema, 202).status);
  }
  for (const jobId of [last.jobId, running.id]) {
    expect((await endedJob(jobId)).status).toBe('succeeded');
    expect((await resultOf(jobId)).files.map(({ name }) => name)).toContain('recording.edf');
  }
  await Promise.all(uploads.map(({ jobId }) => endedJob(jobId)));
  for (const { recordingId } of uploads) await deleted(recordingId);
}, 240_000);

test('a recording whose job runs may be deleted', async () => {
  const { jobId, recordingId } = await uploaded(slowFile());
  await eventually('a running job', 60, async () => (await jobNow(jobId)).status === 'running');
  await deleted(recordingId);
  problemOf(await call('GET', `/v1/jobs/${jobId}/result`), 'not-found');
  const again = await retry(jobId);
  problemOf(again, again.status === 404 ? 'not-found' : 'state-conflict');
}, 120_000);

test('a failed job may be tried again, and fails again for the same reason', async () => {
  const { job } = await processed(Buffer.from(`this is no recording ${Math.random()}`.padEnd(5000, '.')));
  expect(job.status).toBe('failed');
  const queued = bodyOf(await retry(job.id), jobSchema, 202);
  expect(queued.version).toBeGreaterThan(job.version);
  const again = await endedJob(job.id);
  expect(again).toMatchObject({ status: 'failed', error: { code: job.error?.code, class: 'invalid_input' } });
  problemOf(await cancel(job.id), 'state-conflict');
});

test('a job that has succeeded is neither canceled nor run again', async () => {
  const { job } = await processed(edfBytes());
  problemOf(await cancel(job.id), 'state-conflict');
  problemOf(await retry(job.id), 'state-conflict');
  expect(await jobNow(job.id)).toEqual(job);
});
