import { Redis } from 'ioredis';

/** A request waits no longer than this for Redis to count it. */
const COMMAND_TIMEOUT_MS = 250;

/** A connection for the rate limits: whatever Redis does, no request waits for it long, and none queues up for it. */
export function connectCounter(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
  });
  redis.on('error', onError);
  return redis;
}
