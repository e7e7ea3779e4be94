import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from './access-token.ts';

/** So many units in so many seconds, counted from the first request on. */
export interface Rate {
  readonly name: string;
  readonly units: number;
  readonly windowSeconds: number;
}

/** How far a rate is used up, after a request has taken its units. */
export interface Standing extends Rate {
  readonly remaining: number;
  /** Until the units are there again. */
  readonly resetSeconds: number;
}

export interface Taken {
  readonly standings: readonly Standing[];
  /** null: go ahead. */
  readonly retryAfterSeconds: number | null;
}

/** Bounds how much a user and an organisation ask, and how often an address fails to say who it is. */
export interface RateLimits {
  /** Takes units of the caller and, if they were there, of its organisation: one user cannot use up more than its own. */
  take(caller: Pick<Caller, 'tenant' | 'subject'>, units: number): Promise<Taken>;
  /** What is left of them, without taking any. */
  look(caller: Pick<Caller, 'tenant' | 'subject'>): Promise<readonly Standing[]>;
  /** Notes a request without a good token. */
  noteStranger(address: string): Promise<Taken>;
  /** Whether an address has failed too often to be listened to. */
  lookAtStranger(address: string): Promise<Taken>;
}

export interface RateLimitOptions {
  readonly tenant: Omit<Rate, 'name'>;
  readonly subject: Omit<Rate, 'name'>;
  /** Requests without a good token, from one address. */
  readonly address: Omit<Rate, 'name'>;
  /** Shared by all gateways, with a command timeout; null: this process counts for itself. */
  readonly redis: Redis | null;
  /** Hears that Redis does not answer; this process counts for itself meanwhile. */
  readonly onRedisError?: (error: unknown) => void;
  /** A clock that never jumps, in seconds. */
  readonly monotonicSeconds?: () => number;
}

/** While Redis hangs, one request in this time finds out, not every one. */
const REDIS_PAUSE_SECONDS = 2;

/** By the windows of rate-limiter-flexible: in Redis, or here while Redis is away. */
export function createRateLimits(options: RateLimitOptions): RateLimits {
  const { redis, onRedisError, monotonicSeconds = () => performance.now() / 1000 } = options;
  let isAwayUntil = -Infinity;
  const shared = {
    isThere: () => redis !== null && monotonicSeconds() >= isAwayUntil,
    hasFailed: (error: unknown) => {
      isAwayUntil = monotonicSeconds() + REDIS_PAUSE_SECONDS;
      onRedisError?.(error);
    },
  };
  const tenants = createWindow({ name: 'tenant', ...options.tenant }, redis, shared);
  const subjects = createWindow({ name: 'subject', ...options.subject }, redis, shared);
  // Strangers are many and cost little: each process counts its own, and a flood is no load for Redis.
  const strangers = createWindow({ name: 'address', ...options.address }, null, shared);
  const subjectOf = ({ tenant, subject }: Pick<Caller, 'tenant' | 'subject'>) => `${tenant}\n${subject}`;
  return {
    async take(caller, units) {
      const subject = await subjects.take(subjectOf(caller), units);
      if (subject.isOver) return { standings: [subject.standing], retryAfterSeconds: subject.waitSeconds };
      const tenant = await tenants.take(caller.tenant, units);
      return {
        standings: [tenant.standing, subject.standing],
        retryAfterSeconds: tenant.isOver ? tenant.waitSeconds : null,
      };
    },
    look: async (caller) => [await tenants.look(caller.tenant), await subjects.look(subjectOf(caller))],
    async noteStranger(address) {
      const { isOver, standing, waitSeconds } = await strangers.take(networkOf(address), 1);
      return { standings: [standing], retryAfterSeconds: isOver ? waitSeconds : null };
    },
    async lookAtStranger(address) {
      const standing = await strangers.look(networkOf(address));
      const isOver = standing.remaining === 0;
      return { standings: [standing], retryAfterSeconds: isOver ? Math.max(1, standing.resetSeconds) : null };
    },
  };
}

interface WindowTake {
  readonly isOver: boolean;
  readonly standing: Standing;
  readonly waitSeconds: number;
}

function createWindow(
  rate: Rate,
  redis: Redis | null,
  shared: { isThere(): boolean; hasFailed(error: unknown): void },
) {
  const options = { keyPrefix: `edf:rate:${rate.name}`, points: rate.units, duration: rate.windowSeconds };
  const here = new RateLimiterMemory(options);
  const inRedis =
    redis &&
    new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      // Who is over the limit is refused from memory until the window ends.
      inMemoryBlockOnConsumed: rate.units,
    });

  /** The answer of Redis, or of this process while it is away. Refusals are answers too. */
  const ask = async (
    question: (limiter: RateLimiterMemory | RateLimiterRedis) => Promise<RateLimiterRes | null>,
  ): Promise<{ result: RateLimiterRes | null; isOver: boolean }> => {
    for (const limiter of inRedis && shared.isThere() ? [inRedis, here] : [here]) {
      try {
        return { result: await question(limiter), isOver: false };
      } catch (error) {
        if (error instanceof RateLimiterRes) return { result: error, isOver: true };
        if (limiter === here) throw error;
        shared.hasFailed(error);
      }
    }
    throw new Error('no limiter answered');
  };

  const standingOf = (result: RateLimiterRes | null): Standing => ({
    ...rate,
    remaining: result?.remainingPoints ?? rate.units,
    resetSeconds: result ? Math.max(0, Math.ceil(result.msBeforeNext / 1000)) : rate.windowSeconds,
  });

  return {
    async take(name: string, units: number): Promise<WindowTake> {
      const { result, isOver } = await ask((limiter) => limiter.consume(keyOf(name), units));
      const standing = standingOf(result);
      return { isOver, standing, waitSeconds: Math.max(1, standing.resetSeconds) };
    },
    async look(name: string): Promise<Standing> {
      return standingOf((await ask((limiter) => limiter.get(keyOf(name)))).result);
    },
  };
}

/** Names of people and organisations stay out of Redis. */
const keyOf = (name: string) => createHash('sha256').update(name).digest('base64url').slice(0, 22);

/** Whoever has one IPv6 address has all 2⁶⁴ of its network. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const gap = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...gap, ...right].slice(0, 4).join(':');
}
