import { Redis } from 'ioredis';
import { changeChannel } from '@edf-pipeline/contracts';
import type { OutboxRow } from '@edf-pipeline/ledger';
import type { Logger } from '@edf-pipeline/service';

export interface Announcer {
  /** Wakes whoever waits for changes. A hint: while Redis is away it is not given, and nobody is told later. */
  readonly announce: (entry: OutboxRow) => Promise<void>;
  close(): void;
}

export function createAnnouncer(redisUrl: string, logger: Logger): Announcer {
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
  });
  redis.on('error', () => undefined);
  return {
    async announce({ tenant }) {
      await redis
        .publish(changeChannel, tenant)
        .catch((error: unknown) => logger.debug('A change was not announced', { error }));
    },
    close: () => redis.disconnect(),
  };
}
