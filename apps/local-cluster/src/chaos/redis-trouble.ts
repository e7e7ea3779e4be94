import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisServer } from '@edf-pipeline/stand-ins';
import { startRedis } from '@edf-pipeline/stand-ins';

export type RedisTroubleKind = 'freeze' | 'lose everything' | 'flush';

export interface RedisTrouble {
  /** Resolves when Redis answers again. */
  bring(kind: RedisTroubleKind, seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** Troubles of a Redis that keeps nothing on disk; it comes back at the same port. */
export function createRedisTrouble(first: RedisServer): RedisTrouble {
  let redis = first;
  return {
    async bring(kind, seconds) {
      if (kind === 'freeze') {
        redis.signal('SIGSTOP');
        await delay(seconds * 1000);
        redis.signal('SIGCONT');
      } else if (kind === 'flush') {
        await command(redis.port, 'FLUSHALL');
      } else {
        await redis.stop();
        await delay(seconds * 1000);
        redis = await startRedis({ port: redis.port });
      }
    },
    stop: () => redis.stop(),
  };
}

/** One command without arguments, on a connection of its own. */
function command(port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\n`));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      const answer = data.toString('latin1').trim();
      if (answer === '+OK') resolve();
      else reject(new Error(`Redis answered ${text} with ${answer}`));
    });
  });
}
