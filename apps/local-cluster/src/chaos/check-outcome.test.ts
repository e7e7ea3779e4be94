import type { JobRow, RecordingRow, UploadRow } from '@edf-pipeline/ledger';
import { checkTenant, expectedOf } from './check-outcome.ts';
import type { TenantRows } from './ledger-rows.ts';
import type { UploadedContent } from './upload-contents.ts';

const at = '2026-01-01T00:00:00.000Z';

const uploadedAs = (name: string, changes: Partial<UploadedContent> = {}): UploadedContent => ({
  tenant: 'lab',
  content: { name, kind: 'plain', seed: 1 },
  outcome: 'done',
  detail: '',
  uploadId: `upl_${name}`,
  recordingId: `rec_${name}`,
  jobId: `job_${name}`,
  tries: 1,
  ...changes,
});

const jobOf = (name: string, changes: object = {}) =>
  ({
    id: `job_${name}`,
    tenant: 'lab',
    status: 'succeeded',
    phase: 'done',
    finishedAt: at,
    error: null,
    result: { epoch: 1, prefix: 'results/', manifestSha256: `sha-${name}` },
    history: [
      { at, what: 'accepted' },
      { at, what: 'committed' },
    ],
    ...changes,
  }) as unknown as JobRow;

const recordingOf = (name: string, contentId = name) =>
  ({
    id: `rec_${name}`,
    jobId: `job_${name}`,
    resultJobId: `job_${name}`,
    source: { contentId },
  }) as unknown as RecordingRow;

const uploadOf = (name: string, status: string) => ({ id: `upl_${name}`, status }) as unknown as UploadRow;

const good = (): TenantRows & { jobs: JobRow[]; recordings: RecordingRow[]; uploads: UploadRow[] } => ({
  jobs: [jobOf('a'), jobOf('b')],
  recordings: [recordingOf('a'), recordingOf('b')],
  uploads: [uploadOf('a', 'completed'), uploadOf('b', 'completed')],
});

const uploaded = [uploadedAs('a'), uploadedAs('b')];
const expected = expectedOf(uploaded, good());
const faultsOf = (rows: TenantRows, of = uploaded) => checkTenant('lab', of, rows, expected);

test('An outcome equal to the undisturbed one has no fault, also with a duplicate of an upload', () => {
  const again = uploadedAs('a', { outcome: 'duplicate', uploadId: 'upl_c' });

  expect(faultsOf(good())).toEqual([]);
  expect(
    faultsOf({ ...good(), uploads: [...good().uploads, uploadOf('c', 'completed')] }, [...uploaded, again]),
  ).toEqual([]);
});

test('A job that is not there was lost', () => {
  expect(faultsOf({ ...good(), jobs: [jobOf('a')] })).toContainEqual(expect.stringContaining('lost: lab'));
});

test('A job that has not ended is a fault', () => {
  const open = jobOf('b', {
    finishedAt: null,
    phase: 'backlog',
    status: 'queued',
    result: null,
    history: [],
  });

  expect(faultsOf({ ...good(), jobs: [jobOf('a'), open] })).toEqual(['not ended: job_b of b is backlog']);
});

test('A result that differs from the undisturbed one is a fault, and so is a failure in its place', () => {
  const other = jobOf('b', { result: { epoch: 1, prefix: 'results/', manifestSha256: 'sha-other' } });
  const failed = jobOf('b', {
    status: 'failed',
    result: null,
    history: [],
    error: { class: 'crash', code: 'x' },
  });

  expect(faultsOf({ ...good(), jobs: [jobOf('a'), other] })[0]).toContain(
    'succeeded sha-other, undisturbed succeeded sha-b',
  );
  expect(faultsOf({ ...good(), jobs: [jobOf('a'), failed] })[0]).toContain(
    'failed crash x, undisturbed succeeded',
  );
});

test('A job that was published twice is a fault', () => {
  const history = [
    { at, what: 'committed' },
    { at, what: 'committed' },
  ];

  expect(faultsOf({ ...good(), jobs: [jobOf('a'), jobOf('b', { history })] })).toEqual([
    'job_b is succeeded after 2 commits',
  ]);
});

test('A content that is there twice, a job of nobody, and an upload left open are faults', () => {
  const twice = { ...good(), recordings: [...good().recordings, recordingOf('c', 'a')] };
  const orphan = { ...good(), jobs: [...good().jobs, jobOf('c')] };
  const open = { ...good(), uploads: [...good().uploads, uploadOf('c', 'verifying')] };

  expect(faultsOf(twice)).toEqual(
    expect.arrayContaining(['lab has 3 recordings of 2 contents', 'lab has a content twice']),
  );
  expect(faultsOf(orphan)).toEqual(['lab has 1 jobs of no recording']);
  expect(faultsOf(open)).toEqual(['upload upl_c of lab is verifying ']);
});

test('An undisturbed run that did not end well is no measure', () => {
  const open = jobOf('a', { finishedAt: null });

  expect(() => expectedOf(uploaded, { ...good(), jobs: [open, jobOf('b')] })).toThrow(
    'undisturbed, a ended as done',
  );
});
