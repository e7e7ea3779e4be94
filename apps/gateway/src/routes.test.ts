import { request as httpRequest } from 'node:http';
import type { Upload } from '@edf-pipeline/contracts';
import { openApiDocument } from '@edf-pipeline/contracts/openapi';
import { createGateway } from './app.ts';
import { sha256 } from './test-support/edf-file.ts';
import { operatorRoutes } from './test-support/operator-routes.ts';
import { asExpressHasIt, routesOf } from './test-support/routes.ts';
import { webhookRouteNames } from './test-support/webhook-route-names.ts';
import type { World } from './test-support/world.ts';
import { createWorld, newKey, processed, uploaded } from './test-support/world.ts';

let world: World;
let upload: Upload;

beforeAll(async () => {
  world = await createWorld();
  upload = await uploaded(world);
  await processed(world, upload);
});
afterAll(() => world.close());

/** What each route is sent when it takes a body. */
const bodies: Record<string, unknown> = {
  'POST /v1/uploads': { fileName: 'a.edf', byteLength: 1 },
  'POST /v1/uploads/:id/parts': { parts: [{ partNumber: 1, checksumSha256: sha256(Buffer.from('x')) }] },
};
/** What the owner of a completed upload, with a job that has succeeded, is answered. */
const ownersAnswers: Record<string, number> = {
  'POST /v1/uploads': 201,
  'GET /v1/uploads': 200,
  'GET /v1/uploads/:id': 200,
  'DELETE /v1/uploads/:id': 409,
  'POST /v1/uploads/:id/parts': 409,
  'GET /v1/uploads/:id/parts': 200,
  'POST /v1/uploads/:id/complete': 200,
  'GET /v1/recordings': 200,
  'GET /v1/recordings/:id': 200,
  'DELETE /v1/recordings/:id': 202,
  'POST /v1/recordings/:id/download': 200,
  'GET /v1/jobs': 200,
  'GET /v1/jobs/:id': 200,
  'POST /v1/jobs/:id/cancel': 409,
  'POST /v1/jobs/:id/retry': 409,
  'GET /v1/jobs/:id/result': 200,
  'GET /v1/jobs/:id/explain': 200,
  'GET /v1/jobs/:id/timeline': 200,
  'GET /v1/audit': 200,
  'GET /v1/events': 200,
  'GET /v1/limits': 200,
  'GET /v1/usage': 200,
  'GET /v1/jobs/:id/receipt': 200,
};

/** What only owners of an organisation may ask; others of it are answered 403. */
const forOwners = ['GET /v1/audit'];

const idIn = (path: string, { id, recordingId, jobId }: Pick<Upload, 'id' | 'recordingId' | 'jobId'>) =>
  path.replace(':id', path.includes('/uploads') ? id : path.includes('/recordings') ? recordingId : jobId);

const missing = {
  id: 'upl_01JABCDEFGHJKMNPQRSTVWXYZ0',
  recordingId: 'rec_01JABCDEFGHJKMNPQRSTVWXYZ0',
  jobId: 'job_01JABCDEFGHJKMNPQRSTVWXYZ0',
};

async function ask(
  name: string,
  which: Pick<Upload, 'id' | 'recordingId' | 'jobId'>,
  token: string | null | undefined,
) {
  const [method = '', path = ''] = name.split(' ');
  return world.ask(method, idIn(path, which), { token, body: bodies[name], headers: newKey() });
}

// The deletion comes last: every other route is asked about what is there.
const names = Object.keys(ownersAnswers).sort(
  (a, b) => Number(a.startsWith('DELETE /v1/rec')) - Number(b.startsWith('DELETE /v1/rec')),
);
const namesWithId = names.filter((name) => name.includes(':id'));

describe('the routes', () => {
  it('of the app are those that this test asks: a new one needs a line here', async () => {
    const routes = routesOf(createGateway(world.deps)).map(({ method, path }) => `${method} ${path}`);

    expect(routes.sort()).toEqual(
      [...Object.keys(ownersAnswers), ...operatorRoutes, ...webhookRouteNames].sort(),
    );
  });

  it('of the app are those that the OpenAPI document describes', async () => {
    const described = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${asExpressHasIt(path)}`),
    );

    expect(described.sort()).toEqual(
      [...Object.keys(ownersAnswers), ...operatorRoutes, ...webhookRouteNames].sort(),
    );
  });

  it('serve the document itself to anybody', async () => {
    const answer = await world.ask('GET', '/v1/openapi.json', { token: null });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });
});

describe.each(names)('%s', (name) => {
  it.each([
    ['nobody', async () => null],
    ['a token that has expired', () => world.issuer.token({ claims: { exp: 1_000 } })],
    ['an id token', () => world.issuer.token({ claims: { token_use: 'id' } })],
    ['a token of another app', () => world.issuer.token({ claims: { client_id: 'other' } })],
  ])('answers 401 to %s', async (_who, makeToken) => {
    const answer = await ask(name, upload, await makeToken());

    expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Bearer',
    ]);
  });

  it('answers 403 to somebody who belongs to no tenant', async () => {
    const answer = await ask(name, upload, await world.issuer.token({ claims: { 'cognito:groups': [] } }));

    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  if (namesWithId.includes(name)) {
    it('answers to another tenant exactly as it does to anybody about what is not there', async () => {
      const others = await ask(name, upload, await world.issuer.tokenFor('other'));
      const nothing = await ask(name, missing, await world.issuer.tokenFor('other'));
      const told = ({ status, body, headers }: typeof others, id: string) => {
        const { requestId, instance, ...rest } = body;
        const shown = Object.fromEntries(
          // What is left of the limits is less with every request, whatever it asks for.
          [...headers].filter(([header]) => !['date', 'x-request-id', 'ratelimit'].includes(header)),
        );
        return { status, rest, instance: instance.replace(id, ':id'), shown, hasRequestId: typeof requestId };
      };
      const idOf = (which: typeof missing) => idIn(name, which).split('/')[3] ?? '';

      expect(others.status).toBe(404);
      expect(told(others, idOf(upload))).toEqual(told(nothing, idOf(missing)));
    });

    it.each(['x', '..%2f..%2fetc', 'upl_%00', 'job_01jabcdefghjkmnpqrstvwxyz0', `upl_${'0'.repeat(300)}`])(
      'answers 404 about the id %s, which could be nobody’s',
      async (id) => {
        expect((await ask(name, { id, recordingId: id, jobId: id }, undefined)).status).toBe(404);
      },
    );
  } else {
    it('shows another tenant nothing of ours', async () => {
      const answer = await ask(name, upload, await world.issuer.tokenFor('other'));

      expect(answer.text).not.toContain(upload.id.slice(4));
    });
  }

  it('answers to another user of the owner’s tenant, and to the owner, what it is for', async () => {
    const colleague = await world.issuer.tokenFor('acme', { sub: 'user-2' });

    expect((await ask(name, upload, colleague)).status).toBe(
      forOwners.includes(name) ? 403 : ownersAnswers[name],
    );
    expect((await ask(name, upload, undefined)).status).toBe(ownersAnswers[name]);
  });
});

describe('a request', () => {
  it('with two Authorization headers is refused, also when both are good', async () => {
    const bearer = `Bearer ${await world.issuer.token()}`;
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(`${world.url}/v1/limits`, (response) => resolve(response.resume().statusCode));
      sent.on('error', reject).setHeader('authorization', [bearer, bearer]);
      sent.end();
    });

    expect(status).toBe(401);
    expect((await world.ask('GET', '/v1/limits')).status).toBe(200);
  });

  it('of a stranger is refused before its body is looked at', async () => {
    const answer = await world.ask('POST', '/v1/uploads', { token: null, body: '{not json' });

    expect(answer.status).toBe(401);
  });

  it('for what is not there answers 404 to somebody with a token', async () => {
    const answer = await world.ask('GET', '/v1/secrets');

    expect([answer.status, answer.body.detail]).toEqual([404, 'There is no GET /v1/secrets.']);
  });

  it('is answered with headers that keep it out of caches and sniffers', async () => {
    const { headers } = await world.ask('GET', '/v1/limits');

    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect([headers.get('x-powered-by'), headers.get('etag')]).toEqual([null, null]);
  });
});

describe('a probe', () => {
  it('needs no token', async () => {
    expect((await world.ask('GET', '/healthz', { token: null })).body).toEqual({ status: 'alive' });
    expect((await world.ask('GET', '/readyz', { token: null })).status).toBe(200);
  });

  it('learns that the process is going away', async () => {
    world.deps.health.setReady(false);
    const answer = await world.ask('GET', '/readyz', { token: null });
    world.deps.health.setReady(true);

    expect([answer.status, answer.body]).toEqual([503, { status: 'not ready' }]);
  });
});
