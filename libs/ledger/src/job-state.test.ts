import type { FailureClass } from '@edf-pipeline/contracts';
import { afterFailure, withHistory } from './job-state.ts';
import type { JobRow } from './rows.ts';
import { defaultLedgerSettings } from './settings.ts';

const at = '2026-01-01T00:00:00.000Z';

const runningJob = (change: Partial<JobRow> = {}): JobRow => ({
  kind: 'job',
  id: 'job_1',
  tenant: 'acme',
  recordingId: 'rec_1',
  uploadId: 'upl_1',
  pipeline: 'default@1',
  status: 'running',
  phase: 'running',
  pool: 'small',
  priority: 0,
  source: { key: 'k', versionId: 'v', byteLength: 1, contentId: 'c' },
  rangeCount: 1,
  dispatch: 3,
  executorRef: 'e',
  attempts: 0,
  crashes: 0,
  evictions: 0,
  lostDispatches: 0,
  error: null,
  result: null,
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  history: [],
  due: at,
  ...change,
});

const fail = (job: JobRow, failureClass: FailureClass, random = 0) =>
  afterFailure(
    job,
    { class: failureClass, code: 'code', message: 'Message.' },
    at,
    defaultLedgerSettings,
    random,
  );

describe('a job after a failure', () => {
  type Row = [FailureClass, Partial<JobRow>, 'retry_wait' | 'backlog' | 'done', Partial<JobRow>];
  it.each<Row>([
    ['invalid_input', {}, 'done', { attempts: 0, crashes: 0, evictions: 0 }],
    ['timeout', {}, 'done', { attempts: 0, crashes: 0, evictions: 0 }],
    ['transient', {}, 'retry_wait', { attempts: 1, crashes: 0, evictions: 0 }],
    ['transient', { attempts: 2 }, 'retry_wait', { attempts: 3 }],
    ['transient', { attempts: 3 }, 'done', { attempts: 4 }],
    ['transient', { crashes: 1, evictions: 20 }, 'retry_wait', { attempts: 1, crashes: 1, evictions: 20 }],
    ['infrastructure', {}, 'backlog', { attempts: 0, crashes: 0, evictions: 1 }],
    [
      'infrastructure',
      { evictions: 19, attempts: 3, crashes: 1 },
      'backlog',
      { evictions: 20, attempts: 3, crashes: 1 },
    ],
    ['infrastructure', { evictions: 20 }, 'done', { evictions: 21 }],
    ['resource', {}, 'retry_wait', { attempts: 0, crashes: 1, evictions: 0 }],
    ['resource', { crashes: 1 }, 'done', { crashes: 2 }],
    ['crash', {}, 'retry_wait', { attempts: 0, crashes: 1, evictions: 0 }],
    ['crash', { crashes: 1 }, 'done', { crashes: 2 }],
    ['crash', { attempts: 3, evictions: 20 }, 'retry_wait', { crashes: 1, attempts: 3, evictions: 20 }],
  ])('of class %s with %j is in %s', (failureClass, before, phase, counters) => {
    const next = fail(runningJob(before), failureClass);
    expect(next).toMatchObject({ phase, executorRef: null, ...counters });
    expect(next.status).toBe(phase === 'done' ? 'failed' : 'queued');
    expect(next.due === null).toBe(phase === 'done');
    expect(next.finishedAt).toBe(phase === 'done' ? at : null);
    expect(next.history).toEqual([{ at, what: 'failed', class: failureClass, code: 'code', dispatch: 3 }]);
    if (phase !== 'backlog') {
      const error = {
        class: failureClass,
        code: 'code',
        message: 'Message.',
        retryable: phase === 'retry_wait',
      };
      expect(next.error).toEqual(error);
    }
  });

  it.each([
    [1, 0, 2.5],
    [1, 0.999_999, 5],
    [2, 0, 5],
    [3, 0, 10],
    [3, 0.5, 15],
  ])(
    'waits longer with every failure: before failure %d, at random %d, %d s',
    (failures, random, seconds) => {
      const next = fail(runningJob({ attempts: failures - 1 }), 'transient', random);
      expect((Date.parse(next.due ?? '') - Date.parse(at)) / 1000).toBeCloseTo(seconds, 2);
    },
  );

  it('never waits longer than the longest back-off', () => {
    const settings = { ...defaultLedgerSettings, maxAttempts: 1_000 };
    const failure = { class: 'transient', code: 'c', message: 'M.' } as const;
    const next = afterFailure(runningJob({ attempts: 500 }), failure, at, settings, 0.999_999);
    expect((Date.parse(next.due ?? '') - Date.parse(at)) / 1000).toBeCloseTo(300, 2);
  });

  it('tells offset and field when the failure has them, and only then', () => {
    const failure = {
      class: 'invalid_input',
      code: 'c',
      message: 'M.',
      offset: 0,
      field: 'version',
    } as const;
    expect(afterFailure(runningJob(), failure, at, defaultLedgerSettings, 0).error).toMatchObject({
      offset: 0,
      field: 'version',
    });
    expect(Object.keys(fail(runningJob(), 'invalid_input').error ?? {})).toEqual([
      'class',
      'code',
      'message',
      'retryable',
    ]);
  });
});

describe('the history of a job', () => {
  it('keeps how it began and how it went on, 64 entries at most', () => {
    let job = runningJob();
    for (let index = 0; index < 100; index++)
      job = { ...job, history: withHistory(job, { at, what: `${index}` }) };
    const kept = job.history.map(({ what }) => Number(what));
    expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7, ...Array.from({ length: 56 }, (_, index) => index + 44)]);
  });
});
