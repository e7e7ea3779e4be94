import { isTransientQueueError } from '../job-queue-error.ts';
import { assertEvictionPolicy, assertVersion } from './assert-redis.ts';
import { toQueueError } from './redis-error.ts';

const info = (policy: string) => `# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:${policy}\r\n`;

describe('the version of Redis', () => {
  it.each(['6.2.0', '6.2.14', '7.0.15', '8.4.0', '10.0.1'])('is new enough when it is %s', (version) => {
    expect(() => assertVersion(`redis_version:${version}\r\nos:Linux\r\n`)).not.toThrow();
  });

  it.each(['6.0.20', '5.9.9', '2.8.19', 'unstable'])('is refused when it is %s', (version) => {
    expect(() => assertVersion(`redis_version:${version}\r\n`)).toThrow(
      expect.objectContaining({ code: 'redis-too-old', message: expect.stringContaining(version) }),
    );
  });
});

describe('the eviction policy of Redis', () => {
  const denied = () => Promise.reject(new Error("ERR unknown command 'CONFIG'"));

  it('is read from INFO where CONFIG is hidden', async () => {
    await expect(assertEvictionPolicy(async () => info('noeviction'), denied)).resolves.toBeUndefined();
    await expect(assertEvictionPolicy(async () => info('allkeys-lfu'), denied)).rejects.toMatchObject({
      code: 'redis-eviction-policy',
    });
  });

  it('is read from CONFIG where INFO does not tell it', async () => {
    const config = (policy: string) => async () => ['maxmemory-policy', policy];

    await expect(assertEvictionPolicy(async () => '', config('noeviction'))).resolves.toBeUndefined();
    await expect(assertEvictionPolicy(async () => '', config('volatile-lru'))).rejects.toMatchObject({
      code: 'redis-eviction-policy',
    });
  });

  it('is not trusted where both hide it', async () => {
    await expect(assertEvictionPolicy(async () => '', denied)).rejects.toMatchObject({
      code: 'redis-eviction-policy',
      message: expect.stringContaining('hidden'),
    });
  });
});

describe('a failure of Redis', () => {
  it.each([
    ['NOAUTH Authentication required.', 'redis-login-refused', false],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'redis-login-refused', false],
    ["NOPERM this user has no permissions to run the 'info' command", 'redis-not-permitted', false],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'queue-full', true],
    ['Command timed out', 'queue-timeout', true],
    ["READONLY You can't write against a read only replica.", 'queue-unavailable', true],
    ['LOADING Redis is loading the dataset in memory', 'queue-unavailable', true],
    ['connect ECONNREFUSED 10.0.0.1:6379', 'queue-unavailable', true],
    ["Stream isn't writeable and enableOfflineQueue options is false", 'queue-unavailable', true],
    ['ERR wrong number of arguments', 'queue-refused', false],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'queue-refused', false],
  ])('that says %j is %s (may pass: %s)', (text, code, isTransient) => {
    const error = toQueueError(new Error(text));

    expect(error.code).toBe(code);
    expect(isTransientQueueError(error)).toBe(isTransient);
    expect(error.message).not.toContain('10.0.0.1');
  });
});
