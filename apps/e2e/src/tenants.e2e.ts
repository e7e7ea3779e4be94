import type { Upload } from '@edf-pipeline/contracts';
import { pageOf, recordingSchema, uploadSchema } from '@edf-pipeline/contracts';
import { target } from './config.ts';
import type { Answer } from './test-support/api.ts';
import { bodyOf, call, problemOf } from './test-support/api.ts';
import { edfBytes } from './test-support/edf-bytes.ts';
import { openStream, poll } from './test-support/events.ts';
import { realToken, signedByForeignKey, unsigned, withClaims } from './test-support/forged-token.ts';
import { announce, base64Sha256, contentIdOfFile, processed, uploaded } from './test-support/uploads.ts';

const parts = { parts: [{ partNumber: 1, checksumSha256: base64Sha256(Buffer.from('x')) }] };

/** Every route, with an id where it takes one. */
const routes = (ids: {
  upload: string;
  recording: string;
  job: string;
}): [method: string, path: string, body?: unknown][] => [
  ['GET', `/v1/uploads/${ids.upload}`],
  ['DELETE', `/v1/uploads/${ids.upload}`],
  ['POST', `/v1/uploads/${ids.upload}/parts`, parts],
  ['GET', `/v1/uploads/${ids.upload}/parts`],
  ['POST', `/v1/uploads/${ids.upload}/complete`],
  ['GET', `/v1/recordings/${ids.recording}`],
  ['DELETE', `/v1/recordings/${ids.recording}`],
  ['POST', `/v1/recordings/${ids.recording}/download`],
  ['GET', `/v1/jobs/${ids.job}`],
  ['POST', `/v1/jobs/${ids.job}/cancel`],
  ['POST', `/v1/jobs/${ids.job}/retry`],
  ['GET', `/v1/jobs/${ids.job}/result`],
  ['GET', `/v1/jobs/${ids.job}/receipt`],
];
const placeholders = { upload: '{upload}', recording: '{recording}', job: '{job}' };
const missing = {
  upload: 'upl_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  recording: 'rec_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  job: 'job_01JZZZZZZZZZZZZZZZZZZZZZZZ',
};

let bytes: Buffer;
let mine: Upload;
beforeAll(async () => {
  bytes = edfBytes();
  mine = (await processed(bytes, 'mine.edf')).upload;
});

// What is left of the rate limits is less with every request, whatever it asks for.
const ofRequestItself = new Set(['date', 'x-request-id', 'content-length', 'ratelimit']);

/** The answer without what names the request itself. */
function withoutNames({ status, headers, text }: Answer) {
  const { requestId: _id, instance: _path, ...rest } = JSON.parse(text) as Record<string, unknown>;
  const kept = [...headers.entries()].filter(
    ([name]) => !ofRequestItself.has(name) && !name.startsWith('x-amz'),
  );
  return { status, headers: kept, length: text.length, rest };
}

test.each(routes(placeholders).map(([method, path], index) => [`${method} ${path}`, index] as const))(
  '%s answers another organisation as if there were nothing',
  async (_name, index) => {
    const theirs = routes({ upload: mine.id, recording: mine.recordingId, job: mine.jobId })[index];
    const nothing = routes(missing)[index];
    if (!theirs || !nothing) throw new RangeError('no such route');
    const [foreign, absent] = await Promise.all(
      [theirs, nothing].map(([method, path, body]) => call(method, path, { token: target.otherToken, body })),
    );
    problemOf(foreign!, 'not-found');
    expect(withoutNames(foreign!)).toEqual(withoutNames(absent!));
    expect((await call('GET', `/v1/recordings/${mine.recordingId}`)).status).toBe(200);
  },
);

test('lists and changes of one organisation hold nothing of another', async () => {
  const { cursor } = await poll({}, target.otherToken);
  const more = await uploaded(edfBytes(), 'mine too.edf');
  for (const kind of ['uploads', 'recordings', 'jobs']) {
    const { text } = await call('GET', `/v1/${kind}?limit=200`, { token: target.otherToken });
    for (const id of [mine.id, mine.recordingId, mine.jobId, more.id, more.recordingId, more.jobId])
      expect(text).not.toContain(id);
  }
  const { data } = await poll({ after: cursor, waitSeconds: 2 }, target.otherToken);
  expect(data).toEqual([]);
});

test('a cursor of one organisation is none of another', async () => {
  const page = pageOf(recordingSchema, 'E2eForeignPage');
  const { nextCursor } = bodyOf(await call('GET', '/v1/recordings?limit=1'), page, 200);
  const other = await call('GET', `/v1/recordings?cursor=${nextCursor ?? ''}`, { token: target.otherToken });
  problemOf(other, 'validation-failed');
  const stream = await openStream();
  stream.close();
  const changes = await call('GET', `/v1/events?after=${encodeURIComponent(stream.start)}`, {
    token: target.otherToken,
  });
  problemOf(changes, 'validation-failed');
});

test('another organisation that has the same bytes does not learn that we have them', async () => {
  const contentId = await contentIdOfFile(bytes);
  const answer = await announce({ byteLength: bytes.length, contentId }, undefined, target.otherToken);
  const theirs = bodyOf(answer, uploadSchema, 201);
  expect(theirs).toMatchObject({ isDuplicate: false, status: 'pending' });
  expect(theirs.recordingId).not.toBe(mine.recordingId);
});

test('an Idempotency-Key belongs to its organisation', async () => {
  const key = `shared-${mine.id}`;
  const ours = bodyOf(await announce({ byteLength: 5000 }, key), uploadSchema, 201);
  const theirs = bodyOf(await announce({ byteLength: 6000 }, key, target.otherToken), uploadSchema, 201);
  expect(theirs.id).not.toBe(ours.id);
});

const collections: [method: string, path: string, body?: unknown][] = [
  ['POST', '/v1/uploads', { fileName: 'a.edf', byteLength: 5 }],
  ['GET', '/v1/uploads'],
  ['GET', '/v1/recordings'],
  ['GET', '/v1/jobs'],
  ['GET', '/v1/events'],
  ['GET', '/v1/limits'],
];

test.each(
  [...collections, ...routes(placeholders)].map(([method, path], index) => [method, path, index] as const),
)('%s %s takes nobody without a token that is ours', async (_method, _path, index) => {
  const own = { upload: mine.id, recording: mine.recordingId, job: mine.jobId };
  const route = [...collections, ...routes(own)][index];
  if (!route) throw new RangeError('no such route');
  const [method, path, body] = route;
  for (const token of [null, 'garbage', signedByForeignKey()]) {
    problemOf(
      await call(method, path, { token, body, headers: { 'idempotency-key': 'k' } }),
      'unauthenticated',
    );
  }
});

const hour = 3600;
const seconds = () => Math.floor(Date.now() / 1000);
const forged: Record<string, () => string> = {
  'signed by nobody': unsigned,
  'signed by a foreign key': signedByForeignKey,
  'with another organisation written in': () => withClaims({ 'cognito:groups': ['tenant:somebody-else'] }),
  'with a longer life written in': () => withClaims({ exp: seconds() + 1000 * hour }),
  'as an id token': () => withClaims({ token_use: 'id' }),
  'of three empty parts': () => '..',
  'without its signature': () => `${target.token.split('.').slice(0, 2).join('.')}.`,
  'with one bit of its signature turned': () => {
    const [header, claims, signature = ''] = target.token.split('.');
    const turned = Buffer.from(signature, 'base64url');
    turned[10] = (turned[10] ?? 0) ^ 1;
    return `${header}.${claims}.${turned.toString('base64url')}`;
  },
  'longer than any token': () => `${target.token}${'A'.repeat(9000)}`,
};

test.each(Object.entries(forged))('a token %s is refused', async (_name, token) => {
  const { detail } = problemOf(await call('GET', '/v1/limits', { token: token() }), 'unauthenticated');
  expect(detail).not.toContain('eyJ');
});

test.each([['Basic dXNlcjpwYXNz'], ['bearer'], ['Bearer '], ['Token abc']])(
  'the authorization %j is refused',
  async (authorization) => {
    problemOf(
      await call('GET', '/v1/limits', { token: null, headers: { authorization } }),
      'unauthenticated',
    );
  },
);

test('the tokens that this suite was given are of two organisations, and are taken', async () => {
  expect(realToken().claims).toHaveProperty('exp');
  for (const token of [target.token, target.otherToken])
    expect((await call('GET', '/v1/limits', { token })).status).toBe(200);
});
