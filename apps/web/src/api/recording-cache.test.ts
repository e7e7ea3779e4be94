import type { Job, Recording } from '@edf-pipeline/contracts';
import { listedRecordings, pagesAfter } from './recording-cache.ts';

const job = (more: Partial<Job> = {}): Job => ({
  id: 'job_1',
  recordingId: 'rec_1',
  pipeline: 'default@1',
  status: 'queued',
  phase: 'backlog',
  progress: { stage: 'waiting', doneBytes: 0, totalBytes: 100 },
  attempts: 0,
  evictions: 0,
  crashes: 0,
  error: null,
  retryAt: null,
  createdAt: '2026-11-22T10:00:00Z',
  startedAt: null,
  finishedAt: null,
  version: 1,
  ...more,
});

const recording = (more: Partial<Recording> = {}): Recording => ({
  id: 'rec_1',
  status: 'available',
  uploadId: 'upl_1',
  fileName: 'a.edf',
  byteLength: 100,
  contentId: '',
  job: job(),
  facts: null,
  resultJobId: null,
  createdAt: '2026-11-22T10:00:00Z',
  version: 1,
  ...more,
});

const pages = (...data: Recording[]) => ({ pages: [{ data, nextCursor: null }], pageParams: [undefined] });

test('a newer job replaces the one of its recording, an older one does not', () => {
  const running = pagesAfter(pages(recording()), {
    type: 'job',
    object: job({ version: 3, status: 'running' }),
  });
  expect(listedRecordings(running)[0]!.job!.status).toBe('running');
  const late = pagesAfter(running, { type: 'job', object: job({ version: 2, status: 'queued' }) });
  expect(listedRecordings(late)[0]!.job!.status).toBe('running');
});

test('a job that has succeeded brings its result', () => {
  const done = pagesAfter(pages(recording()), {
    type: 'job',
    object: job({ version: 2, status: 'succeeded' }),
  });
  expect(listedRecordings(done)[0]!.resultJobId).toBe('job_1');
});

test('a recording told with an older job keeps the newer job', () => {
  const known = pages(recording({ job: job({ version: 5, status: 'running' }) }));
  const told = pagesAfter(known, { type: 'recording', object: recording({ version: 2 }) });
  expect(listedRecordings(told)[0]!.job!.version).toBe(5);
});

test('a recording told late, as it was before its job succeeded, keeps the result', () => {
  const done = pagesAfter(pages(recording()), {
    type: 'job',
    object: job({ version: 5, status: 'succeeded' }),
  });
  const told = pagesAfter(done, { type: 'recording', object: recording({ version: 2 }) });
  expect(listedRecordings(told)[0]).toMatchObject({ resultJobId: 'job_1', job: { version: 5 } });
});

test('a job that is run again is queued, and the error of its last run is gone', () => {
  const error = {
    class: 'crash' as const,
    code: 'crashed',
    message: 'The analysis crashed.',
    retryable: false,
  };
  const failed = pages(recording({ job: job({ version: 7, status: 'failed', phase: 'done', error }) }));
  const again = pagesAfter(failed, { type: 'job', object: job({ version: 8 }) });
  expect(listedRecordings(again)[0]!.job).toMatchObject({ status: 'queued', error: null });
});

test('a new recording comes first, a deleted one goes', () => {
  const two = pagesAfter(pages(recording()), {
    type: 'recording',
    object: recording({ id: 'rec_2', createdAt: '2026-11-22T11:00:00Z' }),
  });
  expect(listedRecordings(two).map(({ id }) => id)).toEqual(['rec_2', 'rec_1']);
  const one = pagesAfter(two, {
    type: 'recording',
    object: recording({ id: 'rec_2', version: 2, status: 'deleted' }),
  });
  expect(listedRecordings(one).map(({ id }) => id)).toEqual(['rec_1']);
});

test('a recording older than what is loaded waits for its page', () => {
  const loaded = { pages: [{ data: [recording()], nextCursor: 'more' }], pageParams: [undefined] };
  const old = recording({ id: 'rec_0', createdAt: '2026-11-01T10:00:00Z' });
  expect(listedRecordings(pagesAfter(loaded, { type: 'recording', object: old }))).toHaveLength(1);
});
