import { freePort, startRedis } from '@edf-pipeline/stand-ins';
import type { RedisOptions, RedisServer } from '@edf-pipeline/stand-ins';
import { Redis } from 'ioredis';
import { assertRedis } from './assert-redis.ts';

const servers: RedisServer[] = [];
const start = async (options: RedisOptions = {}) => {
  const server = await startRedis(options);
  servers.push(server);
  return server;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

describe('a Redis that is asked at start', () => {
  it('is taken when it evicts nothing', async () => {
    const { url } = await start();

    await expect(assertRedis({ url })).resolves.toBeUndefined();
  });

  it.each(['allkeys-lru', 'volatile-ttl'])(
    'is refused when its policy is %s, with what to set',
    async (policy) => {
      const { url } = await start({ maxmemoryPolicy: policy });

      await expect(assertRedis({ url })).rejects.toMatchObject({
        code: 'redis-eviction-policy',
        message: expect.stringMatching(new RegExp(`${policy}.*Set it to noeviction`)),
      });
    },
  );

  it('is refused when the password is wrong or missing, without repeating it', async () => {
    const { url, port } = await start({ password: 'right' });

    await expect(assertRedis({ url })).resolves.toBeUndefined();
    for (const login of ['', ':CANARY@', 'somebody:CANARY@'])
      await expect(assertRedis({ url: `redis://${login}127.0.0.1:${port}` })).rejects.toMatchObject({
        code: 'redis-login-refused',
        message: expect.not.stringContaining('CANARY'),
      });
  });

  it('is taken when a small ACL hides CONFIG', async () => {
    const { url, port } = await start();
    const admin = new Redis(url);
    await admin.call(
      'ACL',
      'SETUSER',
      'queue',
      'on',
      '>secret',
      '~{edf}:*',
      '+@all',
      '-@admin',
      '-config',
      '+info',
    );
    admin.disconnect();

    await expect(assertRedis({ url: `redis://queue:secret@127.0.0.1:${port}` })).resolves.toBeUndefined();
  });

  it('is refused when the user may ask nothing', async () => {
    const { url, port } = await start();
    const admin = new Redis(url);
    await admin.call(
      'ACL',
      'SETUSER',
      'nobody',
      'on',
      '>secret',
      '~*',
      '-@all',
      '+client',
      '+ping',
      '+hello',
    );
    admin.disconnect();

    await expect(assertRedis({ url: `redis://nobody:secret@127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'redis-not-permitted',
    });
  });

  it('may pass when nobody listens or nobody answers', async () => {
    await expect(assertRedis({ url: `redis://127.0.0.1:${await freePort()}` })).rejects.toMatchObject({
      code: 'queue-unavailable',
    });
    const frozen = await start();
    frozen.signal('SIGSTOP');

    await expect(assertRedis({ url: frozen.url }, 0.5)).rejects.toMatchObject({ code: 'queue-timeout' });
  });
});
