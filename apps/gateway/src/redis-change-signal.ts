import type { Redis } from 'ioredis';
import { changeChannel } from '@edf-pipeline/contracts';
import type { ChangeSignal } from './change-feed.ts';
import { createChangeSignal } from './change-signal.ts';

/**
 * Wakes readers of the feed when any process of the cluster announces a change. While Redis is away nobody is woken,
 * and readers look by themselves.
 *
 * @param subscriber a connection of its own: one that subscribes does nothing else, and subscribes again by itself
 * @param onError hears why nobody is woken
 */
export function createRedisChangeSignal(subscriber: Redis, onError: (error: unknown) => void): ChangeSignal {
  const local = createChangeSignal();
  subscriber.on('message', () => local.notify());
  subscriber.subscribe(changeChannel).catch(onError);
  return local;
}
