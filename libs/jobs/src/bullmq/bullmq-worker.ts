import type { Job } from 'bullmq';
import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Work, WorkHandler } from '../job-queue.ts';
import type { WorkMessage } from '../work-message.ts';
import { readWorkMessage } from '../work-message.ts';
import type { RedisSettings } from './redis-connection.ts';
import { KEY_PREFIX, openConsumer } from './redis-connection.ts';

export interface BullmqWorkerHooks {
  /** Something failed beside the work: Redis is away, an entry is not ours. The worker goes on. */
  onError(error: unknown): void;
  /** The handler rejected; the work comes back after `retrySeconds`. */
  onWorkError(error: unknown, work: Work): void;
  /** The work ended, but Redis no longer knew it as ours: the ledger has decided, nothing is to be done. */
  onLateEnd?(name: string): void;
  /** The lock of running work is lost: another worker may be given it too. */
  onLockLost?(name: string): void;
  /** Work whose worker went silent waits again. */
  onStalled?(name: string): void;
}

export interface BullmqWorkerOptions {
  readonly redis: RedisSettings;
  readonly pool: string;
  readonly concurrency: number;
  readonly handler: WorkHandler;
  readonly hooks: BullmqWorkerHooks;
  /**
   * `abort` asks the handler to give the work back when Redis has lost its lock. `go-on` trusts the lease in the
   * ledger alone: a copy delivered elsewhere finds it taken. 'abort' when absent.
   */
  readonly onLostLock?: 'abort' | 'go-on';
  /** When work whose handler rejected comes back, 15 when absent. */
  readonly retrySeconds?: number;
  readonly timing?: BullmqWorkerTiming;
}

/** Seconds; tests shorten them. */
export interface BullmqWorkerTiming {
  /** How long Redis believes a worker that says nothing, 60 when absent. */
  readonly lockSeconds?: number;
  /** How often workers look for the work of silent ones, 30 when absent. */
  readonly stalledSeconds?: number;
}

export interface BullmqWorker {
  /** What runs here now. */
  running(): readonly string[];
  /**
   * Takes nothing more; after `graceSeconds` asks what runs to give itself back. Resolves when all has ended and
   * Redis knows it, or after `limitSeconds` in all: then false, and what Redis did not hear is delivered again.
   */
  stop(limits: { readonly graceSeconds: number; readonly limitSeconds: number }): Promise<boolean>;
}

interface Running {
  readonly name: string;
  readonly stop: AbortController;
}

// A belt. The budgets that count are the ledger's.
const MAX_STALLED = 5;
const MAX_STARTED = 10;

/** How BullMQ says that an entry is gone, or is no longer locked by us. */
const lateEndCodes: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Takes work out of Redis and hands it to `handler`, `concurrency` at a time, until stopped. */
export function runBullmqWorker(options: BullmqWorkerOptions): BullmqWorker {
  const { hooks, retrySeconds = 15, onLostLock = 'abort' } = options;
  const { lockSeconds = 60, stalledSeconds = 30 } = options.timing ?? {};
  const running = new Set<Running>();
  let isStopping = false;

  const carryOut = async (job: Job<WorkMessage>, token = '') => {
    if (isStopping) {
      // Fetched while the stop came: it goes back as if nobody had seen it.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const again = await secondsToWait(job);
    if (again === null) return;
    await job.moveToDelayed(Date.now() + again * 1000, token);
    throw new DelayedError();
  };

  const secondsToWait = async (job: Job<WorkMessage>): Promise<number | null> => {
    const work = readDelivered(job, hooks);
    const entry: Running = { name: job.id ?? '', stop: new AbortController() };
    running.add(entry);
    try {
      const outcome = await options.handler(work, entry.stop.signal);
      return outcome === 'done' ? null : outcome.againInSeconds;
    } catch (error) {
      hooks.onWorkError(error, work);
      return retrySeconds;
    } finally {
      running.delete(entry);
    }
  };

  const connection = openConsumer(options.redis);
  const { client } = connection;
  const reportAway = once(hooks.onError, client);
  client.on('error', reportAway);
  const worker = new Worker<WorkMessage, void>(options.pool, carryOut, {
    connection: client,
    prefix: KEY_PREFIX,
    concurrency: options.concurrency,
    lockDuration: lockSeconds * 1000,
    stalledInterval: stalledSeconds * 1000,
    maxStalledCount: MAX_STALLED,
    maxStartedAttempts: MAX_STARTED,
    // After a failed fetch; its default of 15 s is most of what a restart of Redis costs.
    runRetryDelay: 1000,
  });
  worker.on('error', (error) => {
    const { code } = error as { code?: unknown };
    const [, name] = /[Jj]ob (\S+?)[. ]/.exec(error.message) ?? [];
    if (lateEndCodes.has(code)) hooks.onLateEnd?.(name ?? '');
    else if (!error.message.startsWith('could not renew lock')) reportAway(error);
  });
  worker.on('lockRenewalFailed', (names: string[]) => {
    for (const name of names) hooks.onLockLost?.(name);
    if (onLostLock === 'go-on') return;
    for (const { name, stop } of running)
      if (names.includes(name)) stop.abort(new Error('Redis has lost the lock of this work'));
  });
  worker.on('stalled', (name) => hooks.onStalled?.(name));

  return {
    running: () => [...running].map(({ name }) => name),
    async stop({ graceSeconds, limitSeconds }) {
      isStopping = true;
      const askAll = () => {
        for (const { stop } of running) stop.abort(new Error('this worker is stopping'));
      };
      const asking = setTimeout(askAll, graceSeconds * 1000);
      const closed = worker.close().then(() => true);
      const isOrderly = await Promise.race([closed, after(limitSeconds)]);
      clearTimeout(asking);
      askAll();
      await connection.end();
      return isOrderly;
    },
  };
}

/** @throws UnrecoverableError with a constant text: what was found stays out of Redis and of logs */
function readDelivered(job: Job<WorkMessage>, hooks: BullmqWorkerHooks): Work {
  try {
    return readWorkMessage(job.data);
  } catch (error) {
    hooks.onError(error);
    throw new UnrecoverableError('not work of this product');
  }
}

/** While Redis is away each attempt to reach it fails, twice a second; one report is enough. */
function once(
  report: (error: unknown) => void,
  client: { on(event: 'ready', listener: () => void): unknown },
): (error: unknown) => void {
  let lastMessage: string | undefined;
  client.on('ready', () => (lastMessage = undefined));
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (message === lastMessage) return;
    lastMessage = message;
    report(error);
  };
}

function after(seconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), seconds * 1000).unref());
}
