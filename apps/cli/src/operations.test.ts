import type { FakeServer } from '@edf-pipeline/uploader/fake-server';
import { problemOf, startFakeServer } from '@edf-pipeline/uploader/fake-server';
import type { EdfProgram } from './test-support/edf-program.ts';
import { edfProgram } from './test-support/edf-program.ts';

const JOB = 'job_01JABCDEFGHJKMNPQRSTVWXYZ0';
const AT = '2026-03-01T12:00:00.000Z';
/** The same as people are told, in the zone of the tests. */
const SHOWN = '2026-03-01 17:45:00 +05:45';
const SHOWN_EXACTLY = '2026-03-01 17:45:00.000 +05:45';

let server: FakeServer;
let edf: EdfProgram;
/** What the API answers, by method and path; a query is left out. */
let answers: Record<string, unknown>;
/** Requests with their query, as they came. */
let asked: string[];

beforeEach(async () => {
  server = await startFakeServer();
  edf = await edfProgram({ EDF_URL: server.url, EDF_TOKEN: server.token });
  answers = {};
  asked = [];
  server.react = ({ method, path }) => {
    asked.push(`${method} ${path}`);
    const answer = answers[`${method} ${path.split('?')[0]}`];
    const headers = { 'content-type': 'application/json' };
    return answer === undefined ? null : { status: 200, body: JSON.stringify(answer), headers };
  };
});
afterEach(async () => {
  await server.close();
  await edf.remove();
});

const job = {
  id: JOB,
  tenant: 'acme',
  pool: 'small',
  byteLength: 1_000_000,
  status: 'failed',
  phase: 'done',
  error: { class: 'crash', code: 'worker-silent', message: 'M.', retryable: false },
  createdAt: AT,
  finishedAt: AT,
};
const policy = { maxRunningJobs: 50, maxFileBytes: 1e9, isPaused: true };
const tenant = { id: 'acme', createdAt: AT, policy, machineClients: ['client-1'] };

test('edf ops lists jobs by cause, and names each so that the next command takes it', async () => {
  answers['GET /v1/operations/jobs'] = { data: [job], nextCursor: null };
  const listed = await edf.run('ops', 'jobs', '--cause', 'crash', '--tenant', 'acme');
  expect(listed.stdout).toBe(
    `acme/${JOB}  ${SHOWN}  small  1.00 MB  crash/worker-silent  next: edf ops retry acme/${JOB}\n`,
  );
  expect(asked).toEqual(['GET /v1/operations/jobs?limit=50&status=failed&cause=crash&tenant=acme']);
  answers['GET /v1/operations/quarantine'] = { data: [job], nextCursor: null };
  expect((await edf.run('ops', 'quarantine', '--json')).json()).toEqual([job]);
});

test('edf ops retry and cancel take a job by tenant and id, and nothing else', async () => {
  answers[`POST /v1/operations/tenants/acme/jobs/${JOB}/retry`] = { ...job, status: 'queued', error: null };
  expect((await edf.run('ops', 'retry', `acme/${JOB}`)).stdout).toContain('queued');
  for (const name of [JOB, 'acme/rec_01JABCDEFGHJKMNPQRSTVWXYZ0', `ACME/${JOB}`]) {
    const { code, stderr } = await edf.run('ops', 'cancel', name);
    expect([code, stderr]).toEqual([2, expect.stringContaining('edf: ')]);
  }
});

test('edf ops redrive says what it would do, and does it only when told to', async () => {
  answers['POST /v1/operations/redrive'] = {
    dryRun: true,
    hasMore: true,
    jobs: [{ tenant: 'acme', jobId: JOB, outcome: 'would-retry' }],
  };
  const { stdout, stderr } = await edf.run('ops', 'redrive', 'crash');
  expect(stdout).toBe(`acme/${JOB}  would-retry\n`);
  expect(stderr).toBe('1 job would be retried, and there are more  next: the same with --yes\n');
  expect((await edf.run('ops', 'redrive', 'crash', '--limit', '501')).code).toBe(2);
});

test('edf ops reconcile goes through every page, and ends with 1 while orphans are left', async () => {
  const page = (isDeleted: boolean, nextCursor: string | null) => ({
    dryRun: !isDeleted,
    sweep: { counts: { 'end the back-off of a job': 2 }, steps: [], isComplete: true },
    orphans: [
      {
        prefix: `work/acme/${JOB}/`,
        tenant: 'acme',
        reason: 'no-job',
        objectCount: 1,
        byteLength: 10,
        newestAt: AT,
        isDeleted,
      },
    ],
    unknownKeys: ['results/\u001b[2J'],
    lookedAt: 7,
    nextCursor,
  });
  answers['POST /v1/operations/reconcile'] = page(false, null);
  const dry = await edf.run('ops', 'reconcile');
  expect(dry.code).toBe(1);
  expect(dry.stdout).toContain('due      2 × end the back-off of a job\n');
  expect(dry.stdout).toContain(`orphan  work/acme/${JOB}/  no-job  1 object  10 B`);
  expect(dry.stdout).toContain('unknown  results/\\u001b[2J');
  expect(dry.stderr).toContain('next: edf ops reconcile --delete');
  answers['POST /v1/operations/reconcile'] = page(true, null);
  expect((await edf.run('ops', 'reconcile', '--delete')).code).toBe(0);
});

test('edf ops pause and resume, and edf tenants, show the tenant as it is then', async () => {
  answers['POST /v1/operations/tenants/acme/pause'] = tenant;
  expect((await edf.run('ops', 'pause', 'acme')).stdout).toBe(
    `acme  ${SHOWN}  paused  50 jobs at once  files up to 1.00 GB  machine clients: client-1\n`,
  );
  answers['POST /v1/operations/tenants'] = tenant;
  expect(
    (
      await edf.run(
        'tenants',
        'create',
        'acme',
        '--max-running',
        '7',
        '--machine-client',
        'client-1',
        '--json',
      )
    ).json(),
  ).toEqual([tenant]);
  answers['GET /v1/operations/tenants'] = { data: [tenant], nextCursor: null };
  expect((await edf.run('tenants', 'ls')).stdout).toContain('acme');
  expect((await edf.run('tenants', 'set', 'acme')).code).toBe(2);
  answers['PATCH /v1/operations/tenants/acme'] = tenant;
  expect((await edf.run('tenants', 'set', 'acme', '--weight', '0')).code).toBe(2);
  expect((await edf.run('tenants', 'set', 'acme', '--weight', '2')).code).toBe(0);
  answers['PUT /v1/operations/tenants/acme/machine-clients/c2'] = tenant;
  expect((await edf.run('tenants', 'add-client', 'acme', 'c2')).code).toBe(0);
});

test('edf explain and timeline ask for one’s own job, or as an operator for any', async () => {
  const explanation = {
    jobId: JOB,
    status: 'queued',
    phase: 'backlog',
    reason: 'tenant-limit',
    sentence: 'As many run as may.',
    since: AT,
    position: 3,
    isPositionExact: true,
    running: 50,
    runningLimit: 50,
    pool: 'small',
    nextAt: AT,
    retryAt: null,
    expiresAt: AT,
    checkedAt: AT,
  };
  answers[`GET /v1/jobs/${JOB}/explain`] = explanation;
  answers[`GET /v1/operations/tenants/acme/jobs/${JOB}/explain`] = explanation;
  const own = (await edf.run('explain', JOB)).stdout;
  expect(own).toContain('why       tenant-limit: As many run as may.\n');
  expect(own).toContain('running   50 of 50\n');
  expect((await edf.run('explain', `acme/${JOB}`)).stdout).toContain('position  3\n');
  const entries = [
    { at: AT, what: 'accepted' },
    { at: AT, what: 'failed', class: 'crash', code: 'worker-silent', dispatch: 2 },
  ];
  answers[`GET /v1/jobs/${JOB}/timeline`] = { jobId: JOB, entries, isWhole: true };
  expect((await edf.run('timeline', JOB)).stdout).toBe(
    `${SHOWN_EXACTLY}  accepted\n${SHOWN_EXACTLY}  failed    dispatch 2, crash/worker-silent\n`,
  );
  expect((await edf.run('timeline', JOB, '--json')).json()).toEqual(entries);
});

test('edf audit goes through pages that are empty, and takes dates', async () => {
  const record = { at: AT, subject: 'user-1', action: 'recording.read', objectId: 'rec_1', from: '::1' };
  let pages = 0;
  server.react = ({ method, path }) => {
    asked.push(`${method} ${path}`);
    const page = pages++ === 0 ? { data: [], nextCursor: 'c' } : { data: [record], nextCursor: null };
    return { status: 200, body: JSON.stringify(page), headers: { 'content-type': 'application/json' } };
  };
  const { stdout } = await edf.run('audit', '--since', '2026-01-31', '--limit', '5');
  expect(stdout).toBe(`${SHOWN}  user-1  recording.read  rec_1  ::1\n`);
  expect(asked).toEqual([
    'GET /v1/audit?limit=5&since=2026-01-30T18%3A15%3A00.000Z',
    'GET /v1/audit?limit=5&cursor=c&since=2026-01-30T18%3A15%3A00.000Z',
  ]);
  await edf.run('audit', '--until', '2026-01-31T00:00Z', '--limit', '1');
  expect(asked.at(-1)).toBe('GET /v1/audit?limit=1&until=2026-01-31T00%3A00%3A00.000Z');
  expect((await edf.run('audit', '--since', 'yesterday')).code).toBe(2);
});

test('who is no operator is told so, with 3', async () => {
  server.react = () =>
    problemOf(403, 'forbidden', { detail: 'Running the service needs the role operator.' });
  const { code, stderr } = await edf.run('ops', 'jobs');
  expect([code, stderr]).toEqual([3, 'edf: Running the service needs the role operator.\n']);
});
