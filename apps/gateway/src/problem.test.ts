import { gzipSync } from 'node:zlib';
import { problemSchema } from '@edf-pipeline/contracts';
import { StoreUnavailable, WriteConflict } from '@edf-pipeline/ledger';
import { StorageError } from '@edf-pipeline/storage';
import type { Answer, World } from './test-support/world.ts';
import { createWorld, newKey } from './test-support/world.ts';

const SECRET = 'canary Jane Doe';

/** Asks for the limits of a gateway whose ledger throws this. */
async function answerTo(error: unknown): Promise<{ answer: Answer; log: string }> {
  const world = await createWorld({
    ledgerStore: (store) => ({ ...store, get: () => Promise.reject(error) }),
  });
  const answer = await world.ask('GET', '/v1/limits');
  await world.close();
  return { answer, log: world.log() };
}

describe('what was thrown', () => {
  it.each([
    ['a store that is silent', new StoreUnavailable('store-unavailable', SECRET), 503, 'service-unavailable'],
    [
      'others that were always first',
      new WriteConflict({ pk: SECRET, sk: SECRET }),
      503,
      'service-unavailable',
    ],
    ['a full ledger', new StoreUnavailable('store-full', SECRET), 507, 'storage-full'],
    ['a full object store', new StorageError('storage-full', SECRET), 507, 'storage-full'],
    [
      'an object store that is silent',
      new StorageError('storage-unavailable', SECRET),
      503,
      'service-unavailable',
    ],
    ['an error of our own', new TypeError(SECRET, { cause: new Error(SECRET) }), 500, 'internal'],
    ['no error at all', SECRET, 500, 'internal'],
  ])(
    '%s is told in a problem document without a word of its message, and when to try again',
    async (_what, error, status, code) => {
      const { answer } = await answerTo(error);

      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(problemSchema.strict().parse(answer.body)).toMatchObject({
        type: `urn:edf-pipeline:problem:${code}`,
        status,
        code,
        instance: '/v1/limits',
        requestId: answer.headers.get('x-request-id'),
        retryable: true,
      });
      expect(answer.text).not.toContain(SECRET);
      expect(answer.text).not.toMatch(/\.ts|node_modules| at /);
    },
  );

  it('an error of our own is noted with the id that the client was told', async () => {
    const { answer, log } = await answerTo(new TypeError('broken'));

    expect(log).toContain('A request failed on our side');
    expect(log).toContain(answer.body.requestId);
    expect(log).toContain('"name":"TypeError","message":"broken"');
  });

  it('what may pass is not noted as a failure of ours', async () => {
    expect((await answerTo(new StoreUnavailable('store-unavailable', 'x'))).log).toBe('');
  });
});

describe('a request that cannot be taken', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    world.ask('POST', '/v1/uploads', { headers: { ...newKey(), ...headers }, body });

  it.each([
    ['is no JSON', '{"fileName":', {}, 400, 'malformed-json'],
    ['is a bare text', '"night.edf"', {}, 400, 'malformed-json'],
    [
      'is in an unknown character set',
      '{}',
      { 'content-type': 'application/json; charset=ebcdic' },
      400,
      'malformed-json',
    ],
    ['is packed in an unknown way', '{}', { 'content-encoding': 'zip' }, 400, 'malformed-json'],
    ['is said to be gzip and is not', '{}', { 'content-encoding': 'gzip' }, 400, 'malformed-json'],
    [
      'is of another media type',
      'fileName=a',
      { 'content-type': 'application/x-www-form-urlencoded' },
      422,
      'validation-failed',
    ],
    ['is a list', [], {}, 422, 'validation-failed'],
    [
      'is larger than 1 MiB',
      JSON.stringify({ fileName: 'x'.repeat(1_100_000) }),
      {},
      413,
      'request-too-large',
    ],
    ['is nested without end', '['.repeat(100_000) + ']'.repeat(100_000), {}, 422, 'validation-failed'],
  ])(
    'because its body %s is told so, and not noted as a failure of ours',
    async (_how, body, headers, status, code) => {
      const answer = await post(body, headers as Record<string, string>);

      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
        status,
        code,
        null,
      ]);
      expect(world.log()).toBe('');
    },
  );

  it('because it would be inflated to more than 1 MiB is told so', async () => {
    const response = await fetch(`${world.url}/v1/uploads`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await world.issuer.token()}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(JSON.stringify({ fileName: 'x'.repeat(20_000_000) })),
    });

    expect(response.status).toBe(413);
  });

  it('names every field that is wrong, by pointer', async () => {
    const { body } = await post({ fileName: '', byteLength: -1, extra: true });

    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '#/fileName',
      '#/byteLength',
      '#/',
    ]);
  });

  it('quotes no name that it does not know, of the body or the query', async () => {
    const { body, text } = await post({ fileName: 'a', byteLength: 1, [SECRET]: 1, other: 2 });
    const query = await world.ask('GET', `/v1/jobs?${new URLSearchParams({ [SECRET]: 'done' })}`);

    expect(body.errors).toEqual([
      { pointer: '#/', detail: expect.stringContaining('2 names are not known') },
    ]);
    expect(query.body.detail).toContain('one name is not known here; /v1/openapi.json lists what is');
    for (const answer of [text, query.text]) expect(answer).not.toContain('Jane');
  });

  it('says which name is not known here where the API has it elsewhere', async () => {
    const { body } = await post({ fileName: 'a', byteLength: 1, tenant: 'other', [SECRET]: 1 });

    expect(body.errors).toEqual([
      {
        pointer: '#/',
        detail: 'tenant is not known here; one name is not known here; /v1/openapi.json lists what is',
      },
    ]);
  });

  it('names a field of the query as well', async () => {
    const { status, body } = await world.ask('GET', '/v1/jobs?status=done&limit=0');

    expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      ['#/limit', '#/status'],
    ]);
  });

  it('because its address is no text in UTF-8 is told so', async () => {
    expect((await world.ask('GET', '/v1/jobs/%E0%A4%A')).status).toBe(400);
  });

  it('because its path does not take the method is told which it takes', async () => {
    const { status, body, headers } = await world.ask('PATCH', '/v1/uploads');

    expect([status, body.code, headers.get('allow')]).toEqual([405, 'method-not-allowed', 'POST, GET']);
  });
});

describe('a client that has gone', () => {
  it('is no failure of ours', async () => {
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const world = await createWorld({
      ledgerStore: (store) => ({
        ...store,
        get: (_key, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => (reject(signal.reason), ended.resolve()));
            asked.resolve();
          }),
      }),
    });
    const leaving = new AbortController();
    const answer = world.ask('GET', '/v1/limits', { signal: leaving.signal }).catch(() => 'cut');
    await asked.promise;
    leaving.abort();

    expect(await answer).toBe('cut');
    await ended.promise;
    await world.close();
    // The error still has its way through the router before it.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(world.log()).toBe('');
  });
});
