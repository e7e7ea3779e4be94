import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { apiGatewayDocument } from '@edf-pipeline/contracts/api-gateway';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { edfFile } from './test-support/edf-file.ts';
import { CLIENT_ID, ISSUER } from './test-support/issuer.ts';
import type { World } from './test-support/world.ts';
import { closed, createWorld, listening, newKey, uploaded } from './test-support/world.ts';

interface Operation {
  readonly security?: unknown;
  readonly 'x-amazon-apigateway-integration': {
    readonly timeoutInMillis: number;
    readonly requestParameters: Readonly<Record<string, string>>;
  };
}

/**
 * An HTTP API as the Developer Guide describes it, set up by our document alone: looks the route up, checks the token
 * where the route asks for it, maps the request, and gives the answer on when it is whole.
 */
function httpApi(world: World): Server {
  const document = apiGatewayDocument({ issuer: ISSUER, audience: [CLIENT_ID], uri: world.url });
  const paths = document['paths'] as Record<string, Record<string, Operation>>;
  const keys = createLocalJWKSet(world.issuer.jwks);
  const operationOf = (method: string, path: string): Operation | undefined => {
    const [, methods] =
      Object.entries(paths).find(([each]) =>
        new RegExp(`^${each.replace('$', '\\$').replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
      ) ?? [];
    return methods?.[method.toLowerCase()] ?? paths['/$default']?.['x-amazon-apigateway-any-method'];
  };
  return createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const operation = operationOf(method, url.split('?')[0] ?? '');
    if (!operation) return void response.writeHead(404).end('{"message":"Not Found"}');
    const { requestParameters, timeoutInMillis } = operation['x-amazon-apigateway-integration'];
    if (operation.security) {
      const token = (headers.authorization ?? '').replace('Bearer ', '');
      const currentDate = world.clock.now();
      const isGood = await jwtVerify(token, keys, { issuer: ISSUER, currentDate }).then(
        ({ payload }) => payload.client_id === CLIENT_ID,
        () => false,
      );
      if (!isGood) return void response.writeHead(401).end('{"message":"Unauthorized"}');
    }
    const passed = new Headers(headers as Record<string, string>);
    for (const name of ['host', 'connection', 'content-length']) passed.delete(name);
    for (const [where, value] of Object.entries(requestParameters))
      if (where.startsWith('overwrite:header.')) passed.set(where.slice('overwrite:header.'.length), value);
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    try {
      const answer = await fetch(world.url + url, {
        method,
        headers: passed,
        signal: AbortSignal.timeout(timeoutInMillis),
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
    } catch {
      response.writeHead(503).end('{"message":"Service Unavailable"}');
    }
  });
}

let world: World;
let api: Server;
let url: string;
beforeEach(async () => {
  world = await createWorld();
  api = httpApi(world);
  url = await listening(api);
});
afterEach(async () => {
  await closed(api);
  await world.close();
});

const ask = async (method: string, path: string, token: string | null, more: RequestInit = {}) =>
  fetch(url + path, {
    ...more,
    method,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...more.headers },
  });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of any route: the test says what it expects
const jsonOf = (answer: Response): Promise<any> => answer.json();

describe('behind an HTTP API with a JWT authorizer', () => {
  it('everything of the contract is asked as it is without one', async () => {
    const token = await world.issuer.token();
    const file = edfFile();
    const made = await ask('POST', '/v1/uploads', token, {
      body: JSON.stringify({ fileName: 'night.edf', byteLength: file.length }),
      headers: { 'content-type': 'application/json', ...newKey() },
    });
    const { id } = await jsonOf(made);
    const shown = await ask('GET', `/v1/uploads/${id}`, token);

    expect([made.status, made.headers.get('location'), (await jsonOf(shown)).fileName]).toEqual([
      201,
      `/v1/uploads/${id}`,
      'night.edf',
    ]);
    expect((await ask('GET', '/v1/jobs?limit=0', token)).status).toBe(422);
  });

  it('the gateway verifies all the same: what the authorizer lets through it refuses for its own reasons', async () => {
    const idToken = await world.issuer.token({ claims: { token_use: 'id' } });
    const answer = await ask('GET', '/v1/jobs', idToken);

    expect([answer.status, (await jsonOf(answer)).code]).toEqual([401, 'unauthenticated']);
    expect((await ask('GET', '/v1/jobs', await world.issuer.tokenFor('other'))).status).toBe(200);
    expect(await (await ask('GET', '/v1/jobs', null)).json()).toEqual({ message: 'Unauthorized' });
  });

  it('who asks for a stream is answered with a page, and polls on with its cursor', async () => {
    const token = await world.issuer.token();
    const headers = { accept: 'text/event-stream' };
    const first = await ask('GET', '/v1/events', token, { headers });
    const { cursor } = await jsonOf(first);
    const { recordingId } = await uploaded(world);
    world.clock.advance(1);
    const next = await ask('GET', `/v1/events?after=${encodeURIComponent(cursor)}&waitSeconds=25`, token, {
      headers,
    });
    const { data } = await jsonOf(next);

    expect(first.headers.get('content-type')).toMatch(/^application\/json/);
    expect(data.map(({ object }: { object: { id: string } }) => object.id)).toContain(recordingId);
  });

  it('the contract is there for everybody, and nothing else that needs a token', async () => {
    expect((await ask('GET', '/v1/openapi.json', null)).status).toBe(200);
    expect((await ask('GET', '/v1/not-in-the-contract', null)).status).toBe(401);
  });
});
