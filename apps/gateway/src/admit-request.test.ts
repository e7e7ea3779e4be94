import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { World } from './test-support/world.ts';
import { createWorld, generousRates, newKey } from './test-support/world.ts';

let world: World;
afterEach(() => world.close());

const fields = ({ headers }: { headers: Headers }) => [
  headers.get('ratelimit-policy'),
  headers.get('ratelimit'),
];

describe('letting requests in', () => {
  it('tells what is left with every answer, and refuses what is too much before its body is read', async () => {
    world = await createWorld({
      deps: { rates: generousRates({ subject: { units: 7, windowSeconds: 60 } }) },
    });
    const body = { fileName: 'a.edf', byteLength: 1 };
    const created = await world.ask('POST', '/v1/uploads', { headers: newKey(), body });
    const missing = await world.ask('GET', '/v1/jobs/job_01JABCDEFGHJKMNPQRSTVWXYZ0');
    const refused = await world.ask('POST', '/v1/uploads', { headers: newKey(), body: 'this is no JSON' });

    expect(created.status).toBe(201);
    expect(fields(created)).toEqual([
      '"tenant";q=1000000;w=10, "subject";q=7;w=60',
      '"tenant";r=999995;t=10, "subject";r=2;t=60',
    ]);
    expect([missing.status, fields(missing)[1]]).toEqual([404, '"tenant";r=999994;t=10, "subject";r=1;t=60']);
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'rate-limited',
      '60',
    ]);
    expect(fields(refused)).toEqual(['"subject";q=7;w=60', '"subject";r=0;t=60']);
  });

  it('hears an address that floods it with bad tokens no more, but those there whose token it knows', async () => {
    world = await createWorld({
      deps: { rates: generousRates({ address: { units: 3, windowSeconds: 60 } }) },
    });
    const known = await world.issuer.token();
    const unknown = await world.issuer.token({ claims: { sub: 'user-2' } });
    await world.ask('GET', '/v1/limits', { token: known });
    const strangers = [];
    for (let count = 0; count < 4; count++)
      strangers.push(await world.ask('GET', '/v1/limits', { token: 'bad' }));

    expect(strangers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
    expect(fields(strangers[0]!)).toEqual(['"address";q=3;w=60', '"address";r=2;t=60']);
    expect((await world.ask('GET', '/v1/limits', { token: unknown })).status).toBe(429);
    expect((await world.ask('GET', '/v1/limits', { token: known })).status).toBe(200);
  });

  it('believes X-Forwarded-For of as many proxies as it is told to, else the connection', async () => {
    for (const [trustedProxyHops, expected] of [
      [0, 429],
      [1, 401],
    ] as const) {
      world = await createWorld({
        settings: { trustedProxyHops },
        deps: { rates: generousRates({ address: { units: 1, windowSeconds: 60 } }) },
      });
      const from = (address: string) =>
        world.ask('GET', '/v1/limits', { token: 'bad', headers: { 'x-forwarded-for': address } });
      await from('198.51.100.1');
      expect((await from('198.51.100.2')).status).toBe(expected);
      if (trustedProxyHops === 0) await world.close();
    }
  });
});

describe('overload', () => {
  it('is refused at once with when to come again, and places are free again when answers have gone', async () => {
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    world = await createWorld({
      settings: { inFlight: { maxWorking: 2, maxWaiting: 1 } },
      deps: { pause: () => promise },
      ledgerStore: (store) => ({ ...store, get: async (...args) => (await promise, store.get(...args)) }),
    });
    const held = [world.ask('GET', '/v1/limits'), world.ask('GET', '/v1/limits')];
    const refused = await refusedOnce(world, 'POST');

    expect(refused.body).toMatchObject({
      status: 503,
      code: 'service-unavailable',
      instance: '/v1/uploads',
      retryable: true,
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await world.ask('GET', '/healthz')).status).toBe(200);
    letGo();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await world.ask('GET', '/v1/limits')).status).toBe(200);
  });

  it('of the event feed takes no place from other requests', async () => {
    world = await createWorld({ settings: { inFlight: { maxWorking: 0, maxWaiting: 5 } } });

    expect((await world.ask('GET', '/v1/events')).status).toBe(200);
    expect((await world.ask('GET', '/v1/limits')).status).toBe(503);
  });

  it('reads a body that is still coming no further than a connection is worth', async () => {
    world = await createWorld({ settings: { inFlight: { maxWorking: 0, maxWaiting: 0 } } });
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const request = httpRequest(`${world.url}/v1/uploads`, {
      method: 'POST',
      headers: { 'content-length': 900_000 },
    });
    request.on('response', (response) => {
      resolve(response.headers.connection);
      response.resume();
    });
    request.on('error', () => {});
    request.write(randomBytes(1_000));

    expect(await promise).toBe('close');
    request.destroy();
  });
});

/** Asked until the two others are in. */
async function refusedOnce(of: World, method: string) {
  for (;;) {
    const answer = await of.ask(method, '/v1/uploads', { token: 'bad', body: {} });
    if (answer.status === 503) return answer;
  }
}
