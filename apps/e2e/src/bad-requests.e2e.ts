import { randomUUID } from 'node:crypto';
import { limitsSchema } from '@edf-pipeline/contracts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { announce } from './test-support/uploads.ts';

const post = (text: string, headers: Record<string, string> = {}) =>
  call('POST', '/v1/uploads', { text, headers: { 'idempotency-key': randomUUID(), ...headers } });

test.each([['{"fileName":'], ['nothing'], ['{"a":1}}'], ['"text"'], ['\u0000']])(
  'the body %j is not JSON that we take',
  async (text) => {
    problemOf(await post(text), 'malformed-json');
  },
);

test.each([[''], ['[]'], ['{}'], ['{"fileName":"a.edf"}'], ['{"fileName":"a.edf","byteLength":"12"}']])(
  'the body %j is no announcement',
  async (text) => {
    const problem = problemOf(await post(text), 'validation-failed');
    expect(problem.errors?.length).toBeGreaterThan(0);
  },
);

test('a body in another encoding or character set is refused', async () => {
  problemOf(await post('{}', { 'content-type': 'application/json; charset=utf-32' }), 'malformed-json');
  problemOf(await post('{}', { 'content-encoding': 'compress' }), 'malformed-json');
});

test('a body of another media type is not read', async () => {
  problemOf(
    await post('fileName=a.edf&byteLength=5', { 'content-type': 'application/x-www-form-urlencoded' }),
    'validation-failed',
  );
});

test('a body larger than a header can be is refused', async () => {
  problemOf(
    await post(JSON.stringify({ fileName: 'a.edf', byteLength: 1, headerBase64: 'A'.repeat(2_000_000) })),
    'request-too-large',
  );
});

test('a field that the contract does not know is refused by its name', async () => {
  const problem = problemOf(
    await post(JSON.stringify({ fileName: 'a.edf', byteLength: 5, tenant: 'other' })),
    'validation-failed',
  );
  expect(JSON.stringify(problem.errors)).toContain('tenant');
});

test.each([[-1], [0], [1.5], [Number.MAX_SAFE_INTEGER + 1], ['5'], [null]])(
  'the size %j is refused',
  async (byteLength) => {
    problemOf(await post(JSON.stringify({ fileName: 'a.edf', byteLength })), 'validation-failed');
  },
);

test('a file name that is empty or too long is refused', async () => {
  problemOf(await announce({ fileName: '', byteLength: 5 }), 'validation-failed');
  problemOf(await announce({ fileName: 'x'.repeat(256), byteLength: 5 }), 'validation-failed');
});

test('a content id or header that is not base64 is refused', async () => {
  problemOf(await announce({ byteLength: 5, contentId: 'not a digest' }), 'validation-failed');
  problemOf(await announce({ byteLength: 5, headerBase64: '%%%' }), 'validation-failed');
});

test('an announcement without an Idempotency-Key, or with one that is too long, is refused', async () => {
  const body = { fileName: 'a.edf', byteLength: 5 };
  problemOf(await call('POST', '/v1/uploads', { body }), 'idempotency-key-required');
  problemOf(
    await call('POST', '/v1/uploads', { body, headers: { 'idempotency-key': 'k'.repeat(256) } }),
    'idempotency-key-required',
  );
});

test.each([
  '/v1/uploads?colour=blue',
  '/v1/recordings?limit=5&offset=3',
  '/v1/jobs?tenant=other',
  '/v1/events?since=0',
  '/v1/jobs?status=lost',
  '/v1/uploads?state=closed',
  '/v1/recordings?limit=0',
  '/v1/recordings?limit=201',
  '/v1/recordings?limit=ten',
  '/v1/recordings?limit=5&limit=6',
  '/v1/events?waitSeconds=26',
  '/v1/recordings?cursor=made-up',
  '/v1/events?after=AAAA',
])('the query of %s is refused', async (path) => {
  problemOf(await call('GET', path), 'validation-failed');
});

test.each([
  ['GET', '/v1'],
  ['GET', '/v1/nothing'],
  ['GET', '/v1/uploads/upl_1/else/where'],
  ['POST', '/v1/tenants'],
  ['GET', '/v1/../v1/admin'],
])('there is no %s %s', async (method, path) => {
  problemOf(await call(method, path), 'not-found');
});

test.each([
  ['PUT', '/v1/uploads', 'GET, POST'],
  ['PATCH', '/v1/recordings/rec_01JZZZZZZZZZZZZZZZZZZZZZZZ', 'GET, DELETE'],
  ['DELETE', '/v1/jobs/job_01JZZZZZZZZZZZZZZZZZZZZZZZ', 'GET'],
  ['GET', '/v1/jobs/job_01JZZZZZZZZZZZZZZZZZZZZZZZ/cancel', 'POST'],
  ['POST', '/v1/limits', 'GET'],
])('%s is no method of %s', async (method, path, allowed) => {
  const answer = await call(method, path);
  problemOf(answer, 'method-not-allowed');
  expect(new Set(answer.headers.get('allow')?.split(', '))).toEqual(new Set(allowed.split(', ')));
});

test.each([
  'rec_1',
  'REC_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  '..%2f..%2fetc%2fpasswd',
  "rec_' OR 1=1 --",
  '%00',
  'rec_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  'constructor',
])('the id %s names nothing', async (id) => {
  problemOf(await call('GET', `/v1/recordings/${encodeURI(id)}`), 'not-found');
});

test('an address that cannot be decoded is a problem of the request', async () => {
  problemOf(await call('GET', '/v1/recordings/%E0%A4%A'), 'malformed-json');
});

test('the API describes itself', async () => {
  const { status, text } = await call('GET', '/v1/openapi.json', { token: null });
  expect(status).toBe(200);
  const document = JSON.parse(text) as { openapi: string; paths: Record<string, unknown> };
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/v1/uploads', '/v1/jobs/{jobId}/result']),
  );
});

test('limits are told', async () => {
  const limits = bodyOf(await call('GET', '/v1/limits'), limitsSchema, 200);
  expect(limits.maxFileBytes).toBeGreaterThan(0);
  expect(limits.uploadLifetimeSeconds).toBeGreaterThanOrEqual(3600);
});
