import { Queue } from 'bullmq';
import { JobQueueError, isJobQueueError } from '../job-queue-error.ts';
import type { JobQueue, Work, WorkState } from '../job-queue.ts';
import { workName } from '../job-queue.ts';
import { withinLimit } from '../within-limit.ts';
import type { WorkMessage } from '../work-message.ts';
import { toWorkMessage } from '../work-message.ts';
import { readIncarnation } from './incarnation.ts';
import type { RedisClient, RedisSettings } from './redis-connection.ts';
import { KEY_PREFIX, openProducer, presenceOf } from './redis-connection.ts';
import { toQueueError } from './redis-error.ts';

export interface BullmqQueueOptions {
  readonly redis: RedisSettings;
  /** Letters, digits and dashes; workers of the same name take the work. */
  readonly pool: string;
  /** How much may be at Redis, waiting and running: short, because the ledger holds the rest fairly. */
  readonly window: number;
  /** How long a call may take, 2 when absent. */
  readonly callSeconds?: number;
  /** How long and how much finished work is remembered, so that sending it again is nothing new. */
  readonly kept?: { readonly seconds: number; readonly count: number };
  readonly clock?: () => Date;
}

export interface BullmqQueue extends JobQueue {
  close(): Promise<void>;
}

const MOST_URGENT_SECONDS = 86_400;
const DAY_SECONDS = 86_400;

// BullMQ keeps the time of delayed work in the upper bits of a score, a sequence number in the lower twelve.
const SCORES_PER_MS = 4096;

const states: Readonly<Record<string, WorkState>> = {
  waiting: 'waiting',
  prioritized: 'waiting',
  delayed: 'waiting',
  active: 'active',
  completed: 'finished',
  failed: 'finished',
};

/** A job queue in Redis, by BullMQ: work waits there for workers in other processes (`runBullmqWorker`). */
export function createBullmqQueue(options: BullmqQueueOptions): BullmqQueue {
  const { pool, window, callSeconds = 2, clock = () => new Date() } = options;
  const kept = options.kept ?? { seconds: 3600, count: 5000 };
  const client = openProducer(options.redis, callSeconds);
  const isThere = presenceOf(client);
  const opened = openQueue(client, pool);

  const call = async <T>(carryOut: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await withinLimit(() => isThere().then(carryOut), callSeconds, signal);
    } catch (error) {
      if (signal?.aborted && !isJobQueueError(error)) throw error;
      throw toQueueError(error);
    }
  };

  return {
    async enqueue(work, signal) {
      const name = workName(work);
      const message = toWorkMessage(work);
      return call(async () => {
        const queue = await opened();
        // Read before the work is added: a reference may name an incarnation too old, which is looked into, but
        // never one that began after the work was lost.
        const incarnation = await readIncarnation(client);
        await queue.add('work', message, {
          jobId: name,
          priority: bullmqPriority(work),
          // Attempts are the ledger's to count.
          attempts: 1,
          removeOnComplete: { age: kept.seconds, count: kept.count },
          removeOnFail: { age: 7 * DAY_SECONDS, count: kept.count },
        });
        return { executorRef: `bullmq:${incarnation}:${pool}:${name}` };
      }, signal);
    },
    async cancel(executorRef, signal) {
      const name = nameIn(executorRef, pool);
      // What runs is locked and stays.
      if (name) await call(async () => (await opened()).remove(name), signal);
    },
    async inspect(executorRef, signal) {
      const name = nameIn(executorRef, pool);
      if (!name) return 'unknown';
      const state = await call(async () => (await opened()).getJobState(name), signal);
      return states[state] ?? 'unknown';
    },
    demand: (signal) =>
      call(async () => {
        const { due, later } = await countWork(client, pool, clock());
        return { inHand: due, freeSlots: Math.max(0, window - due - later) };
      }, signal),
    async close() {
      client.disconnect();
    },
  };
}

/** What the reference was given out under; null for references of other executors. */
export function incarnationOf(executorRef: string): string | null {
  return /^bullmq:([^:]+):[^:]+:[^:]+$/.exec(executorRef)?.[1] ?? null;
}

function nameIn(executorRef: string, pool: string): string | null {
  const [, ofPool, name] = /^bullmq:[^:]+:([^:]+):([^:]+)$/.exec(executorRef) ?? [];
  return ofPool === pool && name !== undefined ? name : null;
}

/** BullMQ takes the smallest number first, and anything without a number before all that have one. */
function bullmqPriority(work: Work): number {
  const urgency = Math.min(Math.max(Math.round(work.priority ?? 0), 0), MOST_URGENT_SECONDS);
  return 1 + MOST_URGENT_SECONDS - urgency;
}

/**
 * BullMQ's own queue, made when Redis is there first: made without it, it stays unusable for ever, since it asks for
 * the version once and keeps the refusal.
 */
function openQueue(client: RedisClient, pool: string): () => Promise<Queue<WorkMessage>> {
  if (!/^[A-Za-z0-9-]+$/.test(pool))
    throw new JobQueueError(
      'queue-refused',
      `the name of a pool has letters, digits and dashes, not ${pool}`,
    );
  let opened: Promise<Queue<WorkMessage>> | undefined;
  return () => {
    opened ??= (async () => {
      const queue = new Queue<WorkMessage>(pool, { connection: client, prefix: KEY_PREFIX });
      // Whoever calls gets the error; an emitter without a listener would throw it at nobody.
      queue.on('error', () => undefined);
      await queue.waitUntilReady();
      return queue;
    })().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/**
 * Counts in one step: work on its way from one list to the next must not be missed. Delayed work counts once it is
 * due, for no worker promotes it while none runs; running work counts too, or a fleet would be scaled to zero with a
 * dead worker's job left in the list of the active.
 */
async function countWork(
  client: RedisClient,
  pool: string,
  now: Date,
): Promise<{ due: number; later: number }> {
  const key = (list: string) => `${KEY_PREFIX}:${pool}:${list}`;
  const lastDue = (now.getTime() + 1) * SCORES_PER_MS - 1;
  const replies = await client
    .multi()
    .llen(key('wait'))
    .zcard(key('prioritized'))
    .llen(key('active'))
    .zcount(key('delayed'), '-inf', lastDue)
    .zcard(key('delayed'))
    .exec();
  const [wait = 0, prioritized = 0, active = 0, due = 0, delayed = 0] = (replies ?? []).map(
    ([error, count]) => {
      if (error) throw error;
      return Number(count);
    },
  );
  return { due: wait + prioritized + active + due, later: delayed - due };
}
