import { JobQueueError } from '../job-queue-error.ts';
import { withinLimit } from '../within-limit.ts';
import type { RedisSettings } from './redis-connection.ts';
import { openOnce } from './redis-connection.ts';
import { toQueueError } from './redis-error.ts';

const OLDEST = [6, 2] as const;

/**
 * Asks a Redis at start whether work can be trusted to it.
 *
 * @throws JobQueueError redis-login-refused, redis-not-permitted, redis-too-old or redis-eviction-policy, each saying
 * what to change; queue-unavailable or queue-timeout when it cannot be asked
 */
export async function assertRedis(settings: RedisSettings, callSeconds = 5): Promise<void> {
  const client = openOnce(settings, callSeconds);
  let lastError: unknown;
  client.on('error', (error) => (lastError = error));
  try {
    await withinLimit(async () => {
      await client.connect();
      assertVersion(await client.info('server'));
      await assertEvictionPolicy(
        () => client.info('memory'),
        () => client.config('GET', 'maxmemory-policy'),
      );
    }, callSeconds);
  } catch (error) {
    // A refused login closes the connection, and its closing is what `connect` tells.
    throw toQueueError(error instanceof JobQueueError ? error : (lastError ?? error));
  } finally {
    client.disconnect();
  }
}

/** @throws JobQueueError redis-too-old */
export function assertVersion(info: string): void {
  const version = fieldOf(info, 'redis_version') ?? 'an unknown version';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = !(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
  if (isOld)
    throw new JobQueueError(
      'redis-too-old',
      `the queue needs Redis ${OLDEST.join('.')} or newer; this is ${version}`,
    );
}

/**
 * INFO is asked first: managed services hide CONFIG, and a small ACL forbids it.
 *
 * @throws JobQueueError redis-eviction-policy
 */
export async function assertEvictionPolicy(
  readInfo: () => Promise<string>,
  readConfig: () => Promise<unknown>,
): Promise<void> {
  const config = async () => (await readConfig().catch(() => [])) as unknown[];
  const policy = fieldOf(await readInfo(), 'maxmemory_policy') ?? (await config())[1];
  if (policy === 'noeviction') return;
  const found = typeof policy === 'string' ? policy : 'hidden';
  throw new JobQueueError(
    'redis-eviction-policy',
    `maxmemory-policy is ${found}: Redis would drop work when memory is full. Set it to noeviction ` +
      '(ElastiCache: in the parameter group; its serverless kind cannot)',
  );
}

function fieldOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
