import { randomUUID } from 'node:crypto';
import { withinLimit } from '../within-limit.ts';
import type { RedisSettings } from './redis-connection.ts';
import { KEY_PREFIX, openProducer, presenceOf } from './redis-connection.ts';
import { toQueueError } from './redis-error.ts';

/** In the slot of the queues: where they are lost, it is lost with them. */
const INCARNATION_KEY = `${KEY_PREFIX}:incarnation`;

/** The contents of a Redis were lost: flushed, restarted empty, or replaced by an empty one. */
export interface IncarnationLoss {
  readonly previous: string;
  readonly current: string;
}

export interface IncarnationWatchOptions {
  readonly redis: RedisSettings;
  readonly seconds: number;
  /**
   * Hand out again everything dispatched whose `incarnationOf(executorRef)` is not `current`. Rejects: it is called
   * again at the next look, until it resolves.
   */
  readonly onLost: (loss: IncarnationLoss) => Promise<void>;
  /**
   * The first look of this watcher: what was lost while no watcher lived shows only by references to another
   * incarnation. Rejects: it is called again at the next look.
   */
  readonly onFirst?: (current: string) => Promise<void>;
  /** A look failed (Redis is away, `onLost` rejected); the next one comes. */
  readonly onError: (error: unknown) => void;
  readonly callSeconds?: number;
}

export interface IncarnationWatch {
  /** Looks now. Rejects when Redis does not answer or `onLost` rejects. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** The two commands it takes. */
export interface IncarnationKeeper {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, onlyIf: 'NX'): Promise<unknown>;
}

/**
 * The name of what Redis holds now; the first to ask gives it one. Any number of processes may ask at once: one name
 * wins, all get it.
 */
export async function readIncarnation(client: IncarnationKeeper): Promise<string> {
  const present = await client.get(INCARNATION_KEY);
  if (present) return present;
  // No dash or colon: it stands between colons in references.
  await client.set(INCARNATION_KEY, randomUUID().replaceAll('-', ''), 'NX');
  return (await client.get(INCARNATION_KEY)) ?? readIncarnation(client);
}

/**
 * Notices that a Redis has lost what it held. Each watcher remembers for itself what it saw last, so it does not
 * matter which of several writes the new name: all of them notice.
 *
 * Not noticed: a replica that took over without the last writes, and a loss while no watcher lives. For the first
 * each job's own `due` remains; for the second the incarnation in the reference of what was dispatched, which is what
 * `onFirst` is for.
 */
export function watchIncarnation(options: IncarnationWatchOptions): IncarnationWatch {
  const callSeconds = options.callSeconds ?? 2;
  const client = openProducer(options.redis, callSeconds);
  const isThere = presenceOf(client);
  let remembered: string | undefined;
  let checking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const look = async () => {
    const current = await withinLimit(() => isThere().then(() => readIncarnation(client)), callSeconds).catch(
      (error: unknown) => {
        throw toQueueError(error);
      },
    );
    if (remembered === undefined) await options.onFirst?.(current);
    else if (remembered !== current) await options.onLost({ previous: remembered, current });
    remembered = current;
  };
  // One at a time: two looks at once would both report the same loss.
  const check = () => (checking ??= look().finally(() => (checking = undefined)));

  const next = () => {
    if (!isStopped)
      timer = setTimeout(() => void check().catch(options.onError).finally(next), options.seconds * 1000);
  };
  void check().catch(options.onError).finally(next);
  return {
    check,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await checking?.catch(() => undefined);
      client.disconnect();
    },
  };
}
