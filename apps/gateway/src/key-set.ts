import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, errors } from 'jose';

export interface KeySet {
  readonly resolve: JWTVerifyGetKey;
}

/** The issuer did not answer, and nothing that it said before can serve. */
export class KeysUnavailable extends Error {
  readonly code = 'keys-unavailable';

  constructor(options?: { cause?: unknown }) {
    super('the issuer’s keys could not be fetched', options);
    this.name = 'KeysUnavailable';
  }
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
/** Without any keys the issuer is asked again this soon. */
const NO_KEYS_PAUSE_SECONDS = 1;

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

  const fetchKeys = async () => {
    askedAt = now();
    try {
      const keys = await options.fetchKeys(AbortSignal.timeout(FETCH_TIMEOUT_MS));
      current = { keys: createLocalJWKSet(keys), at: now() };
    } catch (cause) {
      throw new KeysUnavailable({ cause });
    }
  };

  const ask = () => {
    asking ??= fetchKeys().finally(() => {
      asking = null;
    });
    return asking;
  };

  /** What the issuer says now; a question that is under way is shared, another one comes after a pause. */
  const askAfter = async (seconds: number): Promise<boolean> => {
    if (!asking && now() - askedAt < seconds) return false;
    await ask();
    return true;
  };

  return {
    async resolve(header, token) {
      const age = current ? now() - current.at : Infinity;
      if (age > staleSeconds) {
        if (!(await askAfter(NO_KEYS_PAUSE_SECONDS))) throw new KeysUnavailable();
      } else if (age > freshSeconds) {
        void askAfter(cooldownSeconds).catch(() => undefined);
      }
      try {
        return await resolveWith(current, header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !(await askAfter(cooldownSeconds))) throw error;
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
