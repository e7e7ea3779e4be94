import type { Caller } from './access-token.ts';

export interface CallerMemory {
  /** Like the verifier, but a token that was good a moment ago is not verified again. */
  verify(authorization: string | undefined): Promise<Caller>;
  /** Who it is, when this token was good a moment ago; else undefined, at no cost. */
  known(authorization: string | undefined): Caller | undefined;
}

/** A key that the issuer has withdrawn stops serving within this time. */
const MAX_SECONDS = 300;
const MAX_TOKENS = 10_000;

/**
 * Remembers whom good tokens name: to verify RS256 takes longer than most of what is asked. Only what was good is kept,
 * at most until it expires, and so many tokens; the oldest goes first.
 */
export function createCallerMemory(
  verify: (authorization: string | undefined) => Promise<Caller>,
  clock: () => Date,
): CallerMemory {
  const callers = new Map<string, { readonly caller: Caller; readonly until: number }>();

  const known = (authorization: string | undefined): Caller | undefined => {
    const found = authorization === undefined ? undefined : callers.get(authorization);
    if (!found || authorization === undefined) return undefined;
    const now = clock().getTime();
    // A clock that was set back would keep a token for ever.
    if (now < found.until && found.until - now <= MAX_SECONDS * 1000) return found.caller;
    callers.delete(authorization);
    return undefined;
  };

  return {
    known,
    async verify(authorization) {
      const caller = known(authorization) ?? (await verify(authorization));
      if (authorization === undefined || callers.has(authorization)) return caller;
      const until = Math.min(clock().getTime() + MAX_SECONDS * 1000, caller.expiresAt.getTime());
      callers.set(authorization, { caller, until });
      const [oldest] = callers.size > MAX_TOKENS ? callers.keys() : [];
      if (oldest !== undefined) callers.delete(oldest);
      return caller;
    },
  };
}
