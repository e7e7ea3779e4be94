import { Redis } from 'ioredis';
import type { Place } from './canary.ts';

/** All that a Redis holds: each key with its DUMP, and read as its type, since a DUMP may be compressed. */
export async function redisPlaces(url: string): Promise<Place[]> {
  const redis = new Redis(url);
  try {
    const places: Place[] = [];
    for (const key of await redis.keys('*')) {
      const dump = await redis.dumpBuffer(key);
      const content = await contentOf(redis, key);
      const bytes = Buffer.concat([Buffer.from(`${key}\n`), dump ?? Buffer.alloc(0), Buffer.from(content)]);
      places.push({ kind: 'redis', name: `key ${key}`, bytes });
    }
    return places;
  } finally {
    redis.disconnect();
  }
}

/** @throws Error for a type that is not known here: it would go unsearched */
async function contentOf(redis: Redis, key: string): Promise<string> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return `${await redis.get(key)}`;
    case 'hash':
      return Object.entries(await redis.hgetall(key))
        .flat()
        .join('\n');
    case 'list':
      return (await redis.lrange(key, 0, -1)).join('\n');
    case 'set':
      return (await redis.smembers(key)).join('\n');
    case 'zset':
      return (await redis.zrange(key, '0', '-1')).join('\n');
    case 'stream':
      return (await redis.xrange(key, '-', '+')).flat(2).join('\n');
    // It ran out since it was listed.
    case 'none':
      return '';
    default:
      throw new Error(`the key ${key} has the type ${type}, which nobody reads here`);
  }
}
