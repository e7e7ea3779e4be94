import { changeSchema } from './event.ts';
import { jobSchema } from './job.ts';
import { limitsSchema } from './limits.ts';
import { pageOf, pageQuerySchema } from './page.ts';
import { eventQuerySchema, jobQuerySchema, uploadQuerySchema } from './query.ts';
import { recordingSchema } from './recording.ts';
import { manifestSchema, resultFileSchema } from './result.ts';
import { MAX_PREFLIGHT_HEADER_BYTES, createUploadSchema, signPartsSchema, uploadSchema } from './upload.ts';

const ulid = '01JABCDEFGHJKMNPQRSTVWXYZ0';
const at = '2026-03-01T12:00:00.000Z';
const digest = `${'A'.repeat(43)}=`;

const announcement = { fileName: 'night.edf', byteLength: 1_000 };
const job = {
  id: `job_${ulid}`,
  recordingId: `rec_${ulid}`,
  pipeline: 'default@1',
  status: 'queued',
  phase: 'backlog',
  progress: { stage: 'waiting', doneBytes: 0, totalBytes: 1_000 },
  attempts: 0,
  evictions: 0,
  crashes: 0,
  error: null,
  retryAt: null,
  createdAt: at,
  startedAt: null,
  finishedAt: null,
  version: 1,
};
const upload = {
  id: `upl_${ulid}`,
  status: 'pending',
  rejection: null,
  fileName: 'night.edf',
  byteLength: 1_000,
  method: 'single',
  partByteLength: 1_000,
  partCount: 1,
  recordingId: `rec_${ulid}`,
  jobId: `job_${ulid}`,
  isDuplicate: false,
  preflight: null,
  createdAt: at,
  expiresAt: at,
  version: 1,
};
const recording = {
  id: `rec_${ulid}`,
  status: 'available',
  uploadId: `upl_${ulid}`,
  fileName: null,
  byteLength: 1_000,
  contentId: digest,
  job,
  facts: null,
  resultJobId: null,
  createdAt: at,
  version: 1,
};
const file = {
  name: 'report.json',
  schemaVersion: 1,
  contentType: 'application/json',
  byteLength: 2,
  sha256: 'ab',
};
const manifest = {
  schemaVersion: 1,
  pipeline: 'default@1',
  parametersHash: 'p',
  codeVersion: '1',
  source: { byteLength: 1_000, contentId: digest },
  files: [file],
};
const limits = {
  maxFileBytes: 1,
  maxRunningJobs: 1,
  uploadLifetimeSeconds: 1,
  refuseFindings: [],
  quotas: [{ name: 'open-uploads', limit: 10, used: 10, againAt: at }],
  budget: { warnAt: 8, refuseAt: null, spent: 9.5, state: 'warned', againAt: null },
  rates: [{ name: 'tenant', limit: 100, windowSeconds: 10, remaining: 99, resetSeconds: 10 }],
  requestCosts: { read: 1 },
};
const part = { partNumber: 1, checksumSha256: digest };

describe('what crosses a border', () => {
  it.each([
    ['an announcement', createUploadSchema, announcement],
    ['one with a content id', createUploadSchema, { ...announcement, contentId: digest }],
    ['one with a composite content id', createUploadSchema, { ...announcement, contentId: `${digest}-9000` }],
    ['one with a header', createUploadSchema, { ...announcement, headerBase64: 'MCAg' }],
    ['an upload', uploadSchema, upload],
    ['parts to sign', signPartsSchema, { parts: [part] }],
    ['a hundred parts to sign', signPartsSchema, { parts: Array.from({ length: 100 }, () => part) }],
    ['a job', jobSchema, job],
    ['a recording', recordingSchema, recording],
    ['a recording without a job', recordingSchema, { ...recording, job: null }],
    ['a changed job', changeSchema, { type: 'job', object: job }],
    ['a page', pageOf(uploadSchema, 'Uploads'), { data: [upload], nextCursor: null }],
    ['a manifest', manifestSchema, manifest],
    ['the limits', limitsSchema, limits],
  ])('%s is taken as it is', (_what, schema, value) => {
    expect(schema.parse(value)).toEqual(value);
  });

  it.each([
    ['an empty file', createUploadSchema, { ...announcement, byteLength: 0 }],
    ['half a byte', createUploadSchema, { ...announcement, byteLength: 1.5 }],
    ['a size beyond exact numbers', createUploadSchema, { ...announcement, byteLength: 2 ** 53 }],
    ['a size as text', createUploadSchema, { ...announcement, byteLength: '1000' }],
    ['a file without a name', createUploadSchema, { ...announcement, fileName: '' }],
    ['a name of 256 characters', createUploadSchema, { ...announcement, fileName: 'x'.repeat(256) }],
    ['a field nobody knows', createUploadSchema, { ...announcement, key: 'source/other/x' }],
    ['a content id in hexadecimal', createUploadSchema, { ...announcement, contentId: 'ab'.repeat(32) }],
    ['a content id of no parts', createUploadSchema, { ...announcement, contentId: `${digest}-0` }],
    ['a header that is no base64', createUploadSchema, { ...announcement, headerBase64: '***' }],
    [
      'a header longer than any',
      createUploadSchema,
      { ...announcement, headerBase64: Buffer.alloc(MAX_PREFLIGHT_HEADER_BYTES + 3).toString('base64') },
    ],
    ['no parts to sign', signPartsSchema, { parts: [] }],
    ['101 parts to sign', signPartsSchema, { parts: Array.from({ length: 101 }, () => part) }],
    ['part 0', signPartsSchema, { parts: [{ ...part, partNumber: 0 }] }],
    ['part 10,001', signPartsSchema, { parts: [{ ...part, partNumber: 10_001 }] }],
    ['a part without checksum', signPartsSchema, { parts: [{ partNumber: 1 }] }],
    ['a part with a length of its own', signPartsSchema, { parts: [{ ...part, byteLength: 5 }] }],
    ['a change of another kind', changeSchema, { type: 'tenant', object: job }],
    ['a job called an upload', changeSchema, { type: 'upload', object: job }],
    ['a result file in a folder', resultFileSchema, { ...file, name: '../report.json' }],
    ['a manifest of another version', manifestSchema, { ...manifest, schemaVersion: 2 }],
  ])('%s is refused', (_what, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

describe('the query of a list', () => {
  it('without anything asks for the newest 50', () => {
    expect(pageQuerySchema.parse({})).toEqual({ limit: 50 });
    expect(uploadQuerySchema.parse({})).toEqual({ limit: 50, state: 'all' });
    expect(eventQuerySchema.parse({})).toEqual({ waitSeconds: 0 });
  });

  it('reads numbers from text', () => {
    expect(jobQuerySchema.parse({ limit: '200', status: 'failed' })).toEqual({
      limit: 200,
      status: 'failed',
    });
  });

  it.each([
    [pageQuerySchema, { limit: '0' }],
    [pageQuerySchema, { limit: '201' }],
    [pageQuerySchema, { limit: ['1', '2'] }],
    [pageQuerySchema, { limit: 'all' }],
    [pageQuerySchema, { cursor: 'x'.repeat(1_025) }],
    [pageQuerySchema, { tenant: 'other' }],
    [jobQuerySchema, { status: 'done' }],
    [uploadQuerySchema, { state: 'closed' }],
    [eventQuerySchema, { waitSeconds: '26' }],
    [eventQuerySchema, { waitSeconds: '-1' }],
  ])('is refused when it says what no list knows (%#)', (schema, query) => {
    expect(schema.safeParse(query).success).toBe(false);
  });
});
