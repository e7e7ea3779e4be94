import { createHash } from 'node:crypto';
import type { Report } from '@edf-pipeline/contracts';
import {
  downloadSchema,
  manifestSchema,
  recordingIdOf,
  recordingSchema,
  reportSchema,
  uploadSchema,
} from '@edf-pipeline/contracts';
import { absolute, bodyOf, call, problemOf } from './test-support/api.ts';
import type { EdfSpec } from './test-support/edf-bytes.ts';
import { edfBytes, signal } from './test-support/edf-bytes.ts';
import {
  announced,
  completed,
  contentIdOfFile,
  deleted,
  endedJob,
  processed,
  put,
  resultFile,
  resultOf,
  signPart,
} from './test-support/uploads.ts';

test('a recording goes from its announcement to its deletion, and is then gone everywhere', async () => {
  const bytes = edfBytes({
    variant: 'EDF+C',
    annotations: () => [{ onsetSeconds: 1.5, durationSeconds: 2, text: 'Arousal' }],
  });
  const contentId = await contentIdOfFile(bytes);
  const fileName = 'Nacht Müller №1.edf';
  const headerBase64 = bytes.subarray(0, 1024).toString('base64');

  const upload = await announced({ fileName, byteLength: bytes.length, contentId, headerBase64 });
  expect(upload).toMatchObject({
    status: 'pending',
    fileName,
    method: 'single',
    partCount: 1,
    isDuplicate: false,
  });
  expect(upload.recordingId).toBe(recordingIdOf(upload.id));
  expect(upload.preflight).toMatchObject({
    variant: 'EDF+C',
    signalCount: 2,
    durationSeconds: 10,
    expectedByteLength: bytes.length,
  });
  problemOf(await call('GET', `/v1/recordings/${upload.recordingId}`), 'not-found');

  const signed = await signPart(upload.id, bytes);
  expect(Date.parse(signed.expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60 * 1000);
  expect(signed.url).not.toContain('Nacht');
  expect((await put(signed, bytes)).status).toBe(200);
  expect(await completed(upload.id)).toMatchObject({
    status: 'completed',
    rejection: null,
    jobId: upload.jobId,
  });

  const job = await endedJob(upload.jobId);
  expect(job).toMatchObject({ status: 'succeeded', phase: 'done', attempts: 0, crashes: 0, error: null });
  expect(job.progress.doneBytes).toBe(job.progress.totalBytes);
  const recording = bodyOf(await call('GET', `/v1/recordings/${upload.recordingId}`), recordingSchema, 200);
  expect(recording).toMatchObject({
    status: 'available',
    fileName,
    contentId,
    byteLength: bytes.length,
    facts: { variant: 'EDF+C', signalCount: 2, durationSeconds: 10 },
    resultJobId: job.id,
  });

  const result = await resultOf(job.id);
  expect(result.manifest).toEqual(manifestSchema.parse(result.manifest));
  expect(result.manifest.source).toEqual({ byteLength: bytes.length, contentId });
  const names = result.files.map(({ name }) => name);
  expect(names).toEqual(result.manifest.files.map(({ name }) => name));
  expect(names).toEqual(
    expect.arrayContaining([
      'annotations.parquet',
      'overview.bin',
      'overview.index',
      'preview.svg',
      'report.json',
      'statistics.parquet',
    ]),
  );
  for (const name of names) await resultFile(job.id, name);

  const download = await downloadUrl(upload.recordingId);
  const whole = await fetch(download);
  expect(whole.headers.get('content-disposition')).toContain('attachment');
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  const ranged = await fetch(download, { headers: { range: 'bytes=256-511' } });
  expect(ranged.status).toBe(206);
  expect(ranged.headers.get('content-range')).toBe(`bytes 256-511/${bytes.length}`);
  expect(Buffer.from(await ranged.arrayBuffer()).equals(bytes.subarray(256, 512))).toBe(true);
  const beyond = await fetch(download, { headers: { range: `bytes=${bytes.length}-` } });
  expect(beyond.status).toBe(416);

  const fileUrls = result.files.map(({ url }) => absolute(url));
  await deleted(upload.recordingId);
  problemOf(await call('POST', `/v1/recordings/${upload.recordingId}/download`), 'not-found');
  problemOf(await call('DELETE', `/v1/recordings/${upload.recordingId}`), 'not-found');
  problemOf(await call('GET', `/v1/jobs/${job.id}/result`), 'not-found');
  for (const url of [download, ...fileUrls]) expect((await fetch(url)).status).toBe(404);
  const lists = await Promise.all(
    ['recordings', 'uploads', 'jobs'].map((kind) => call('GET', `/v1/${kind}?limit=200`)),
  );
  expect(lists[0]?.text).not.toContain(upload.recordingId);
  for (const { text } of lists) expect(text).not.toContain('Müller');
  expect(bodyOf(await call('GET', `/v1/uploads/${upload.id}`), uploadSchema, 200).fileName).toBeNull();
});

test('the same bytes may be uploaded again after they were deleted', async () => {
  const bytes = edfBytes();
  const first = await processed(bytes);
  await deleted(first.upload.recordingId);
  const contentId = await contentIdOfFile(bytes);
  expect(await announced({ byteLength: bytes.length, contentId })).toMatchObject({ isDuplicate: false });
  const second = await processed(bytes);
  expect(second.upload.recordingId).not.toBe(first.upload.recordingId);
  expect(second.job.status).toBe('succeeded');
});

interface Variety {
  readonly spec: EdfSpec;
  readonly holds: (report: Report) => void;
}

const varieties: Record<string, Variety> = {
  'a plain EDF': {
    spec: { variant: 'EDF', dataRecordCount: 30 },
    holds: (report) => {
      expect(report.header.variant).toBe('EDF');
      expect(report.durationSeconds).toBe(30);
      expect(report.runs).toEqual([{ firstRecord: 0, recordCount: 30, startNs: '0' }]);
    },
  },
  'an EDF+C with annotations': {
    spec: {
      variant: 'EDF+C',
      annotations: (record) => [{ onsetSeconds: record + 0.25, text: `event ${record}` }],
    },
    holds: (report) => {
      expect(report.header).toMatchObject({ variant: 'EDF+C', startDateTime: '2024-05-17T22:31:05' });
      expect(report.annotationCount).toBe(10);
      expect(report.signals.filter(({ isAnnotations }) => isAnnotations)).toHaveLength(1);
    },
  },
  'an EDF+D with gaps': {
    spec: {
      variant: 'EDF+D',
      onsetSeconds: (record) => record + (record >= 4 ? 100 : 0) + (record >= 7 ? 0.5 : 0),
    },
    holds: (report) => {
      expect(report.runs.map(({ firstRecord, recordCount }) => [firstRecord, recordCount])).toEqual([
        [0, 4],
        [4, 3],
        [7, 3],
      ]);
      expect(report.runs.map(({ startNs }) => startNs)).toEqual(['0', '104000000000', '107500000000']);
      expect(report.durationSeconds).toBe(110.5);
    },
  },
  'a BDF of 24 bits': {
    spec: { variant: 'BDF' },
    holds: (report) => {
      expect(report.header.variant).toBe('BDF');
      expect(report.signals[0]).toMatchObject({ digitalMin: -8_388_608, digitalMax: 8_388_607 });
    },
  },
  'a recording of mixed rates': {
    spec: {
      signals: [signal('EEG C3', 256), signal('Resp', 10), signal('Temp', 1)],
      dataRecordDurationSeconds: 2,
    },
    holds: (report) => {
      expect(report.signals.map(({ sampleRateHz }) => sampleRateHz)).toEqual([128, 5, 0.5]);
      expect(report.statistics.map(({ sampleCount }) => sampleCount)).toEqual([2560, 100, 10]);
    },
  },
};

test.each(Object.entries(varieties))('%s is read as what it is', async (_name, { spec, holds }) => {
  const bytes = edfBytes(spec);
  const { upload, job } = await processed(bytes);
  expect(job).toMatchObject({ status: 'succeeded', error: null });
  const { bytes: text } = await resultFile(job.id, 'report.json');
  const json: unknown = JSON.parse(text.toString());
  const report = reportSchema.parse(json);
  expect(json).toEqual(report);
  expect(report.header.dataRecordCount).toBe(report.header.declaredDataRecordCount);
  expect(report.findings.filter(({ severity }) => severity === 'fatal' || severity === 'error')).toEqual([]);
  holds(report);
  const { bytes: preview } = await resultFile(job.id, 'preview.svg');
  expect(preview.toString()).toMatch(/^<svg/);
  await deleted(upload.recordingId);
});

test('the same bytes give the same result files, whichever upload they came by', async () => {
  const bytes = edfBytes({ variant: 'EDF+C' });
  const first = await processed(bytes);
  const before = (await resultOf(first.job.id)).manifest;
  await deleted(first.upload.recordingId);
  const second = await processed(bytes);
  expect((await resultOf(second.job.id)).manifest).toEqual(before);
});

async function downloadUrl(recordingId: string): Promise<string> {
  const answer = await call('POST', `/v1/recordings/${recordingId}/download`);
  const { url, expiresAt } = bodyOf(answer, downloadSchema, 200);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60 * 1000);
  return absolute(url);
}

test('a large download may be read in pieces that add up to the file', async () => {
  const bytes = edfBytes({ dataRecordCount: 300 });
  const { upload } = await processed(bytes);
  const url = await downloadUrl(upload.recordingId);
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.length; start += 17_001) {
    const answer = await fetch(url, { headers: { range: `bytes=${start}-${start + 17_000}` } });
    expect(answer.status).toBe(206);
    hash.update(Buffer.from(await answer.arrayBuffer()));
  }
  expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
});
