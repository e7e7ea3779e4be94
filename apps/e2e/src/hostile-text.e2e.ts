import { recordingSchema, reportSchema, resultSchema } from '@edf-pipeline/contracts';
import { absolute, bodyOf, call } from './test-support/api.ts';
import { edfBytes, patched, signal } from './test-support/edf-bytes.ts';
import { announce, processed, resultFile } from './test-support/uploads.ts';

const labels = ['<script>x()</sc>', '"><img src=x on=', "=cmd|' /C calc'!"];
const annotation = '<img src=x onerror=alert(1)>\u202e~ =HYPERLINK("http://evil.invalid")';
const fileName = '../../<svg onload=alert(1)>\u202e"; rm -rf.edf\r\nx-evil: 1';

/** Browsers must take none of these for a page of ours. */
const harmlessTypes = /^(application\/(json|octet-stream|vnd\.apache\.parquet)|image\/svg\+xml)(;|$)/;

let jobId: string;
let recordingId: string;
beforeAll(async () => {
  const bytes = edfBytes({
    variant: 'EDF+C',
    signals: labels.map((label) => ({
      ...signal(label, 50),
      transducerType: '<b onclick=alert(1)>',
      prefiltering: '</style><script>',
    })),
    annotations: (record) => (record === 0 ? [{ onsetSeconds: 1, text: annotation }] : []),
    annotationsBytesPerRecord: 400,
  });
  const hostile = patched(
    patched(bytes, 8, '<script>alert(1)</script>\u0000\u0001\u001b[2J\u007f'),
    256 + 2,
    '\u0007\u001b',
  );
  const { upload, job } = await processed(hostile, fileName);
  expect(job.status).toBe('succeeded');
  jobId = job.id;
  recordingId = upload.recordingId;
}, 60_000);

test('the file name comes back as it was, as data', async () => {
  const answer = await call('GET', `/v1/recordings/${recordingId}`);
  expect(bodyOf(answer, recordingSchema, 200).fileName).toBe(fileName);
});

test('the download carries a file name that can break nothing', async () => {
  const { url } = JSON.parse((await call('POST', `/v1/recordings/${recordingId}/download`)).text) as {
    url: string;
  };
  const { headers } = await fetch(absolute(url), { headers: { range: 'bytes=0-0' } });
  expect(headers.get('x-evil')).toBeNull();
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toMatch(/^attachment;/);
  expect(headers.get('content-disposition')).not.toMatch(/[\r\n<>]|\.\.\//);
});

test('labels, transducers and identification stand in the report as the text they are', async () => {
  const { bytes } = await resultFile(jobId, 'report.json');
  const report = reportSchema.parse(JSON.parse(bytes.toString()));
  expect(report.signals[1]?.label).toBe(labels[1]?.trim());
  expect(report.signals[2]?.label).toBe(labels[2]?.trim());
  expect(report.signals[0]?.transducerType).toBe('<b onclick=alert(1)>');
  expect(report.header.localPatientIdentification).toContain('<script>alert(1)</script>');
  expect(report.annotationCount).toBe(1);
  expect(report.findings.map(({ name }) => name)).toContain('header-control-byte');
  for (const { message } of report.findings) expect(message).not.toMatch(/<script>|onerror|alert/);
});

test('the preview is a picture without anything that runs', async () => {
  const { bytes } = await resultFile(jobId, 'preview.svg');
  const svg = bytes.toString();
  expect(svg).not.toMatch(/<script|<img|<foreignObject|\son[a-z]+\s*=\s*["']|javascript:/i);
  expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
});

test('annotations are stored whole', async () => {
  const { bytes } = await resultFile(jobId, 'annotations.parquet');
  expect(bytes.includes(Buffer.from('<img src=x onerror=alert(1)>'))).toBe(true);
});

test('every result file comes with a type that no browser runs, and may not be guessed', async () => {
  const { files } = bodyOf(await call('GET', `/v1/jobs/${jobId}/result`), resultSchema, 200);
  for (const { name, contentType } of files) {
    const { headers } = await resultFile(jobId, name);
    expect(headers.get('content-type')).toMatch(harmlessTypes);
    expect(headers.get('content-type')).toBe(contentType);
    expect(headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(headers.get('x-content-type-options') ?? 'nosniff').toBe('nosniff');
  }
});

test.each(['\u0000', '\ud800', '😀'.repeat(60), '../'.repeat(80), 'CON', '.', '%2e%2e', '\u202eFDE.exe'])(
  'the file name %j is taken as a name and given back',
  async (name) => {
    const answer = await announce({ fileName: name, byteLength: 4000 });
    if (answer.status === 422) return;
    expect(answer.status).toBe(201);
    const { id, fileName: shown } = JSON.parse(answer.text) as { id: string; fileName: string };
    expect(shown).toBe(name.toWellFormed());
    expect((await call('DELETE', `/v1/uploads/${id}`)).status).toBe(204);
  },
);

test('what a client sends does not come back as a page', async () => {
  const answer = await call('GET', '/v1/recordings/<script>alert(1)</script>');
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});
