import type { Standing } from './rate-limits.ts';

/**
 * The fields `RateLimit-Policy` and `RateLimit`: lists of strings with parameters (RFC 9651), one for each bound.
 * Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
 */
export function rateLimitFields(standings: readonly Standing[]): Record<string, string> {
  return {
    'ratelimit-policy': standings
      .map(({ name, units, windowSeconds }) => `"${name}";q=${units};w=${windowSeconds}`)
      .join(', '),
    ratelimit: standings
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
  };
}
