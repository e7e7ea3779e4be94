import type { RedisServer } from '@edf-pipeline/stand-ins';
import { startRedis } from '@edf-pipeline/stand-ins';
import type { Redis } from 'ioredis';
import { connectCounter } from './connect-counter.ts';
import type { World } from './test-support/world.ts';
import { createWorld, generousRates } from './test-support/world.ts';

let server: RedisServer;
const opened: (Redis | World)[] = [];
const errors: unknown[] = [];

beforeAll(async () => {
  server = await startRedis();
}, 60_000);
afterEach(async () => {
  for (const each of opened.splice(0)) await ('close' in each ? each.close() : each.disconnect());
});
afterAll(() => server.stop());

/** A gateway of its own, which counts in the Redis of all. */
async function gateway(subjectUnits: number): Promise<World> {
  const redis = connectCounter(server.url, (error) => errors.push(error));
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  const rates = generousRates({
    subject: { units: subjectUnits, windowSeconds: 60 },
    redis,
    onRedisError: (error) => errors.push(error),
  });
  const world = await createWorld({ deps: { rates } });
  opened.push(redis, world);
  return world;
}

let users = 0;
/** Somebody whom no other test has counted. */
const newUser = (world: World) => world.issuer.token({ claims: { sub: `canary-user-${++users}` } });

describe('the limits of two gateways with one Redis', () => {
  it('hold for both together', async () => {
    const gateways = [await gateway(10), await gateway(10)];
    const token = await newUser(gateways[0]!);
    const statuses = [];
    for (let count = 0; count < 14; count++) {
      const answer = await gateways[count % 2]!.ask('GET', '/v1/limits', { token });
      statuses.push(answer.status);
    }

    expect(statuses).toEqual([...Array(10).fill(200), ...Array(4).fill(429)]);
    const refused = await gateways[0]!.ask('GET', '/v1/limits', { token });
    expect(refused.headers.get('ratelimit')).toMatch(/^"subject";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30);
  });

  it('hold when many requests come to both at once', async () => {
    const gateways = [await gateway(10), await gateway(10)];
    const token = await newUser(gateways[0]!);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => gateways[at % 2]!.ask('GET', '/v1/limits', { token })),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('hold for each of them alone while Redis hangs, without making anybody wait, and together afterwards', async () => {
    const gateways = [await gateway(10), await gateway(10)];
    const token = await newUser(gateways[0]!);
    const askBoth = async (times: number) => {
      const statuses = [];
      for (let count = 0; count < times; count++)
        for (const each of gateways) statuses.push((await each.ask('GET', '/v1/limits', { token })).status);
      return statuses.filter((status) => status === 200).length;
    };
    await askBoth(1);
    server.signal('SIGSTOP');
    const begunAt = performance.now();
    const whileAway = await askBoth(12);
    const seconds = (performance.now() - begunAt) / 1000;
    server.signal('SIGCONT');

    expect(whileAway).toBe(20);
    expect(seconds).toBeLessThan(10);
    expect(errors).not.toEqual([]);
    // Redis is asked again after a pause; until then the gateways count alone.
    const other = await newUser(gateways[0]!);
    const sharedAgain = async () => {
      await gateways[0]!.ask('GET', '/v1/limits', { token: other });
      const answer = await gateways[1]!.ask('GET', '/v1/limits', { token: other });
      return /"subject";r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1];
    };
    const until = Date.now() + 10_000;
    let seen = await sharedAgain();
    while (seen === '9' && Date.now() < until) seen = await sharedAgain();
    expect(Number(seen)).toBeLessThan(9);
  }, 60_000);

  it('leave no name of a person or an organisation in Redis', async () => {
    const world = await gateway(10);
    await world.ask('GET', '/v1/limits', { token: await newUser(world) });
    const redis = opened.find((each): each is Redis => 'keys' in each)!;
    const keys = await redis.keys('*');

    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => /canary|acme/.test(key))).toEqual([]);
  });
});
