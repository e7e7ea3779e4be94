import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, errors } from 'jose';

export interface KeySet {
  readonly resolve: JWTVerifyGetKey;
}

export interface KeySetOptions {
  readonly fetchKeys: (signal: AbortSignal) => Promise<JSONWebKeySet>;
  readonly clock: () => Date;
  /** Keys are asked for again after this long. */
  readonly freshSeconds?: number;
  /** Keys that were good once serve for this long while the issuer is down. */
  readonly staleSeconds?: number;
  /** At most one question about unknown key ids in this time. */
  readonly cooldownSeconds?: number;
}

const FETCH_TIMEOUT_MS = 5_000;

/**
 * The issuer's public keys. A known key keeps serving while the issuer is down (refreshed behind the scenes), and a
 * flood of unknown key ids leads to one question per cool-down: jose's own remote set does neither.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const { freshSeconds = 600, staleSeconds = 86_400, cooldownSeconds = 30 } = options;
  let current: { keys: JWTVerifyGetKey; at: number } | null = null;
  let askedAt = -Infinity;
  let asking: Promise<void> | null = null;

  const now = () => options.clock().getTime() / 1000;

  const ask = () => {
    asking ??= (async () => {
      askedAt = now();
      try {
        const keys = await options.fetchKeys(AbortSignal.timeout(FETCH_TIMEOUT_MS));
        current = { keys: createLocalJWKSet(keys), at: now() };
      } finally {
        asking = null;
      }
    })();
    return asking;
  };

  return {
    async resolve(header, token) {
      const age = current ? now() - current.at : Infinity;
      const mayAsk = now() - askedAt >= cooldownSeconds;
      if (age > staleSeconds) await ask();
      else if (age > freshSeconds && mayAsk) void ask().catch(() => undefined);
      try {
        return await resolveWith(current, header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk || age === Infinity) throw error;
        await ask();
        return resolveWith(current, header, token);
      }
    },
  };
}

function resolveWith(
  current: { keys: JWTVerifyGetKey } | null,
  ...asked: Parameters<JWTVerifyGetKey>
): ReturnType<JWTVerifyGetKey> {
  if (!current) throw new errors.JWKSNoMatchingKey();
  return current.keys(...asked);
}
