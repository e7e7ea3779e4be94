import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

export interface RedisSettings {
  /** `redis://` or `rediss://` with user and password, as the operator has it. */
  readonly url: string;
  /** The URL is one node of a cluster; the others are found through it. */
  readonly isCluster?: boolean;
}

export type RedisClient = Redis | Cluster;

/** One hash tag for all keys: scripts touch several of them, and in a cluster those must share a slot. */
export const KEY_PREFIX = '{edf}';

// A black hole shows by silence alone. Longer than the longest blocking wait of a worker (10 s).
const CONSUMER_SILENCE_SECONDS = 20;

const reconnectMs = (times: number) => Math.min(50 * 2 ** times, 1_000);

/** For calls somebody waits for: nothing queues up while Redis is away, and silence counts as away. */
export function openProducer(settings: RedisSettings, callSeconds: number): RedisClient {
  const options = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: callSeconds * 1000,
    commandTimeout: callSeconds * 1000,
    socketTimeout: callSeconds * 1000,
  };
  return open(settings, options, reconnectMs);
}

export interface Consumer {
  readonly client: RedisClient;
  /** Ends this connection and those that BullMQ made of it, whether Redis is there or away. */
  end(): Promise<void>;
}

/** For a worker: it waits for Redis as long as it takes. */
export function openConsumer(settings: RedisSettings): Consumer {
  let isEnding = false;
  const client = open(
    settings,
    {
      // BullMQ demands it: a blocking wait must survive a reconnection.
      maxRetriesPerRequest: null,
      connectTimeout: 5_000,
      socketTimeout: CONSUMER_SILENCE_SECONDS * 1000,
    },
    (times) => (isEnding ? null : reconnectMs(times)),
  );
  const all: RedisClient[] = [client];
  const duplicate = client.duplicate.bind(client) as (...options: unknown[]) => RedisClient;
  client.duplicate = (...options: unknown[]) => {
    const copy = duplicate(...options);
    all.push(copy);
    return copy as never;
  };
  return {
    client,
    async end() {
      isEnding = true;
      for (const one of all) {
        // Disconnected between two attempts, ioredis never says that it has ended, and BullMQ waits for that.
        if (one.status === 'reconnecting') await one.connect().catch(() => undefined);
        if (one.status !== 'end') one.disconnect();
      }
    },
  };
}

/** One attempt to connect, for questions at start: the first failure is the answer. */
export function openOnce(settings: RedisSettings, callSeconds: number): Redis {
  return new Redis(settings.url, {
    lazyConnect: true,
    // That check asks for what is asked anyway, and complains to the console when it may not.
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: callSeconds * 1000,
    commandTimeout: callSeconds * 1000,
  });
}

function open(
  { url, isCluster }: RedisSettings,
  options: RedisOptions,
  retryMs: (times: number) => number | null,
): RedisClient {
  if (!isCluster) return new Redis(url, { ...options, retryStrategy: retryMs });
  const { enableOfflineQueue, ...redisOptions } = options;
  return new Cluster([url], {
    enableOfflineQueue,
    clusterRetryStrategy: retryMs,
    redisOptions: { ...redisOptions, ...loginOf(url) },
  });
}

/** Nodes that a cluster names have addresses only. */
function loginOf(url: string): RedisOptions {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

/**
 * Answers a check that Redis is there, to be made before every call. The first connection is waited for; later, a
 * Redis that is away is told at once.
 */
export function presenceOf(client: RedisClient): () => Promise<void> {
  let lastError: unknown;
  const settled = new Promise<void>((resolve) => {
    client.once('ready', resolve);
    client.once('close', resolve);
  });
  // Without a listener an error of the connection would end the process.
  client.on('error', (error) => (lastError = error));
  const isReady = () => client.status === 'ready';
  return async () => {
    if (isReady()) return;
    await settled;
    if (!isReady()) throw lastError ?? new Error('the connection is closed');
  };
}
