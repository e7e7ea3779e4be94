import { gzipSync } from 'node:zlib';
import type { Job } from '@edf-pipeline/contracts';
import { reportSchema, uploadSchema } from '@edf-pipeline/contracts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { DATA_RECORD_COUNT_OFFSET, edfBytes, patched } from './test-support/edf-bytes.ts';
import {
  announce,
  announced,
  base64Sha256,
  complete,
  completed,
  contentIdOfFile,
  processed,
  put,
  resultFile,
  resultOf,
  signPart,
} from './test-support/uploads.ts';

function expectFailed(job: Job, code: string | RegExp): void {
  expect(job).toMatchObject({
    status: 'failed',
    phase: 'done',
    error: { class: 'invalid_input', retryable: false },
  });
  expect(job.error?.code).toMatch(code);
  expect(job.error?.message).toMatch(/^\S.*\s.*\.$/s);
}

async function findingNames(jobId: string): Promise<string[]> {
  const { bytes } = await resultFile(jobId, 'report.json');
  return reportSchema.parse(JSON.parse(bytes.toString())).findings.map(({ name }) => name);
}

const notEdf: Record<string, Buffer> = {
  'a page of HTML': Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(4096, ' ')),
  'a picture': Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(4096, 7)]),
  'random zeros': Buffer.alloc(10_000),
};

test.each(Object.entries(notEdf))('%s is refused when its header is sent ahead', async (_name, bytes) => {
  const headerBase64 = bytes.subarray(0, 1024).toString('base64');
  const problem = problemOf(await announce({ byteLength: bytes.length, headerBase64 }), 'unsupported-edf');
  expect(problem.findings?.length).toBeGreaterThan(0);
  expect(problem.findings?.some(({ severity }) => severity === 'fatal')).toBe(true);
});

test.each(Object.entries(notEdf))(
  '%s that is uploaded all the same fails, and there is no result',
  async (_name, bytes) => {
    const salted = Buffer.concat([bytes, Buffer.from(String(Math.random()))]);
    const { job } = await processed(salted);
    expectFailed(job, 'not-edf');
    expect(job.attempts).toBeLessThanOrEqual(1);
    const problem = problemOf(await call('GET', `/v1/jobs/${job.id}/result`), 'state-conflict');
    expect(problem.detail).toContain('failed');
  },
);

test('an empty file is refused before anything else', async () => {
  const problem = problemOf(await announce({ byteLength: 0 }), 'validation-failed');
  expect(problem.errors).toEqual([
    { pointer: '#/byteLength', detail: expect.stringContaining('empty') as string },
  ]);
});

test('a file that ends inside its fixed header fails with the place', async () => {
  const bytes = edfBytes().subarray(0, 200);
  const salted = patched(Buffer.from(bytes), 8, String(Math.random()));
  const { job } = await processed(salted);
  expectFailed(job, /header-truncated|file-shorter-than-fixed-header/);
});

test('a file that ends inside its signal headers is refused ahead, and fails when it comes all the same', async () => {
  const bytes = patched(edfBytes(), 8, `X X X ${Math.random()}`).subarray(0, 400);
  const headerBase64 = bytes.toString('base64');
  problemOf(await announce({ byteLength: bytes.length, headerBase64 }), 'unsupported-edf');
  const { job } = await processed(bytes);
  expectFailed(job, /header-truncated|signal-headers-truncated/);
});

test('a header that promises more than the file holds is a finding, and what is there is processed', async () => {
  const bytes = patched(edfBytes({ dataRecordCount: 10 }), DATA_RECORD_COUNT_OFFSET, '600     ');
  const headerBase64 = bytes.subarray(0, 768).toString('base64');
  const upload = await announced({ byteLength: bytes.length, headerBase64 });
  expect(upload.preflight?.durationSeconds).toBe(10);
  expect(upload.preflight?.expectedByteLength).toBe(768 + 600 * 400);
  expect(upload.preflight?.findings.map(({ name }) => name)).toContain('file-shorter-than-header');
  expect((await put(await signPart(upload.id, bytes), bytes)).status).toBe(200);
  expect((await completed(upload.id)).status).toBe('completed');
  const { job } = await processed(bytes);
  expect(job).toMatchObject({ status: 'succeeded', error: null });
  expect(await findingNames(job.id)).toContain('file-shorter-than-header');
});

test('a file that is cut inside a data record is processed up to there, with its finding', async () => {
  const whole = edfBytes({ dataRecordCount: 10 });
  const { job } = await processed(whole.subarray(0, whole.length - 123));
  expect(job.status).toBe('succeeded');
  const { bytes } = await resultFile(job.id, 'report.json');
  const report = reportSchema.parse(JSON.parse(bytes.toString()));
  expect(report.header.dataRecordCount).toBe(9);
  expect(report.findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['last-data-record-partial']),
  );
});

test('a recording with -1 as number of data records is processed', async () => {
  const { job } = await processed(patched(edfBytes(), DATA_RECORD_COUNT_OFFSET, '-1      '));
  expect(job.status).toBe('succeeded');
});

test('a gzip is inflated: the recording itself becomes a file of the result', async () => {
  const bytes = edfBytes({ dataRecordCount: 60 });
  const { job } = await processed(gzipSync(bytes), 'night.edf.gz');
  expect(job.status).toBe('succeeded');
  expect((await resultFile(job.id, 'recording.edf')).bytes.equals(bytes)).toBe(true);
});

test('a gzip that grows beyond measure fails instead of filling the disk', async () => {
  const salt = edfBytes().subarray(0, 1024);
  const { job } = await processed(
    gzipSync(Buffer.concat([salt, Buffer.alloc(80 * 1024 * 1024)])),
    'bomb.edf.gz',
  );
  expectFailed(job, 'gzip-expands-too-much');
  problemOf(await call('GET', `/v1/jobs/${job.id}/result`), 'state-conflict');
}, 120_000);

test('a gzip that is cut fails as damaged', async () => {
  const gzip = gzipSync(edfBytes({ dataRecordCount: 60 }));
  const { job } = await processed(gzip.subarray(0, gzip.length - 40));
  expectFailed(job, 'gzip-damaged');
});

test('a gzip of something else fails as not an EDF', async () => {
  const { job } = await processed(gzipSync(Buffer.from(`hello ${Math.random()} `.repeat(100))));
  expectFailed(job, 'not-edf');
});

test('bytes that are not those of the signed checksum are refused, and nothing of them is kept', async () => {
  const bytes = edfBytes();
  const upload = await announced({ byteLength: bytes.length });
  const signed = await signPart(upload.id, bytes);
  const other = Buffer.from(bytes);
  other[900] = (other[900] ?? 0) ^ 0x55;
  expect((await put(signed, other)).status).toBe(400);
  problemOf(await complete(upload.id), 'parts-missing');
  expect((await put(signed, bytes)).status).toBe(200);
  expect((await completed(upload.id)).status).toBe('completed');
});

test('bytes that are not those of the declared content id are rejected, and become no recording', async () => {
  const bytes = edfBytes();
  const upload = await announced({ byteLength: bytes.length, contentId: await contentIdOfFile(edfBytes()) });
  expect((await put(await signPart(upload.id, bytes), bytes)).status).toBe(200);
  const rejected = await completed(upload.id);
  expect(rejected).toMatchObject({ status: 'rejected', rejection: 'checksum-mismatch' });
  problemOf(await call('GET', `/v1/recordings/${upload.recordingId}`), 'not-found');
  problemOf(await call('GET', `/v1/jobs/${upload.jobId}`), 'not-found');
  const body = { parts: [{ partNumber: 1, checksumSha256: base64Sha256(bytes) }] };
  problemOf(await call('POST', `/v1/uploads/${upload.id}/parts`, { body }), 'upload-ended');
  expect(bodyOf(await call('GET', `/v1/uploads/${upload.id}`), uploadSchema, 200).status).toBe('rejected');
});

test('a file larger than the organisation takes is refused before a byte moves', async () => {
  const { maxFileBytes } = JSON.parse((await call('GET', '/v1/limits')).text) as { maxFileBytes: number };
  const problem = problemOf(await announce({ byteLength: maxFileBytes + 1 }), 'file-too-large');
  expect(problem.detail).toContain(String(maxFileBytes));
});

test('findings of a file are told with the byte they are about', async () => {
  const { job } = await processed(patched(edfBytes(), 168, '99.99.99'));
  expect(job.status).toBe('succeeded');
  const { manifest } = await resultOf(job.id);
  expect(manifest.schemaVersion).toBe(1);
  const { bytes } = await resultFile(job.id, 'report.json');
  const finding = reportSchema
    .parse(JSON.parse(bytes.toString()))
    .findings.find(({ name }) => name === 'start-date-impossible');
  expect(finding).toMatchObject({ severity: 'error', offset: 168, field: 'startDate' });
});
