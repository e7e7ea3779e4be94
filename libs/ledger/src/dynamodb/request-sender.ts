import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StoreUnavailable } from '../ledger-store.ts';
import { fateOf } from './classify-error.ts';
import { accessDenied, tableMissing } from './errors.ts';

/** What the store needs of the SDK's client. */
export type DynamodbClient = Pick<DynamoDBClient, 'send'>;

/** How long a request, and one call of the store with all its requests, may take. */
export interface RequestLimits {
  /** One request; a request without an answer by then counts as lost. */
  readonly requestMs: number;
  /**
   * The first try of what may be sent again; each later one has twice as long, up to `requestMs`. A connection that has
   * died silently costs so much, and not all of `requestMs`.
   */
  readonly firstRequestMs: number;
  /** No new request is begun later than this after the first. */
  readonly budgetMs: number;
  /** Full jitter: the n-th wait is a random share of `firstWaitMs` × 2ⁿ, at most of `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Within a heartbeat's 10 s: a worker that cannot reach the ledger learns so while its lease still stands. */
export const defaultRequestLimits: RequestLimits = {
  requestMs: 2_000,
  firstRequestMs: 500,
  budgetMs: 8_000,
  firstWaitMs: 25,
  longestWaitMs: 1_000,
};

export interface SenderOptions {
  readonly client: DynamodbClient;
  readonly tableName: string;
  readonly limits: RequestLimits;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonicMs: () => number;
}

export const realTime: Pick<SenderOptions, 'sleep' | 'monotonicMs'> = {
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
  monotonicMs: () => performance.now(),
};

type Send<T> = (client: DynamodbClient, options: { abortSignal: AbortSignal }) => Promise<T>;

/** The tries of one call of the store: they share a budget. */
export interface Tries {
  /** Waits before another try. @throws StoreUnavailable when the budget is spent */
  pause(cause: unknown): Promise<void>;
  /** Something has come back: the waits begin small again. */
  progress(): void;
}

export function createTries(options: SenderOptions, signal?: AbortSignal): Tries {
  const { limits, random, sleep, monotonicMs } = options;
  const start = monotonicMs();
  let failures = 0;
  return {
    async pause(cause) {
      const ceiling = Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** failures++);
      const wait = random() * ceiling;
      if (monotonicMs() - start + wait > limits.budgetMs) throw unavailable(options.tableName, cause);
      await sleep(wait, signal);
    },
    progress: () => {
      failures = 0;
    },
  };
}

/**
 * Sends a request until it is answered, for good or bad, or the budget is spent.
 *
 * @param isRepeatable whether carrying it out twice is the same as once: reads, and writes with a token. Another write
 * is not sent again when it may have been carried out: the second would fail on the first one's effect
 * @throws StoreUnavailable; LedgerTableUnusable; what DynamoDB answered, when it will not change its mind
 */
export async function sendRequest<T>(
  options: SenderOptions,
  send: Send<T>,
  isRepeatable: boolean,
  signal?: AbortSignal,
): Promise<T> {
  const { requestMs, firstRequestMs } = options.limits;
  const tries = createTries(options, signal);
  for (let patienceMs = isRepeatable ? firstRequestMs : requestMs; ; patienceMs *= 2) {
    signal?.throwIfAborted();
    try {
      return await sendOnce(options.client, send, Math.min(patienceMs, requestMs), signal);
    } catch (error) {
      signal?.throwIfAborted();
      const fate = fateOf(error);
      if (fate === 'permanent') throw describe(options.tableName, error);
      if (fate === 'unknown' && !isRepeatable) throw unavailable(options.tableName, error);
      await tries.pause(error);
    }
  }
}

function sendOnce<T>(
  client: DynamodbClient,
  send: Send<T>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const limit = AbortSignal.timeout(patienceMs);
  return send(client, { abortSignal: signal ? AbortSignal.any([signal, limit]) : limit });
}

const deniedNames = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
]);

function describe(tableName: string, error: unknown): unknown {
  const { name, message } = error as Error;
  const isIndexMissing = name === 'ValidationException' && /specified index/.test(message);
  if (name === 'ResourceNotFoundException' || isIndexMissing) return tableMissing(tableName, error);
  return deniedNames.has(name) ? accessDenied(tableName, error) : error;
}

function unavailable(tableName: string, cause: unknown): StoreUnavailable {
  const { name, message } = cause as Error;
  return new StoreUnavailable(
    'store-unavailable',
    `DynamoDB table ${tableName} gave no final answer (${name}: ${message})`,
    { cause },
  );
}
