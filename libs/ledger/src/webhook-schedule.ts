/** When a delivery is tried, and when an endpoint is given up; seconds where not said otherwise. */
export interface WebhookSchedule {
  readonly maxAttempts: number;
  /** Before the second try; each later one is `backoffFactor` times as long, up to `maxBackoffSeconds`. */
  readonly backoffSeconds: number;
  readonly backoffFactor: number;
  readonly maxBackoffSeconds: number;
  /** How long a try may take before it is taken for lost; longer than a request may take. */
  readonly leaseSeconds: number;
  /** An endpoint is disabled after so many failures in a row … */
  readonly maxFailuresInARow: number;
  /** … once the first of them is so long ago: a short outage with many events does not count as a dead endpoint. */
  readonly failingSeconds: number;
  /** How long an old secret signs as well. */
  readonly secretOverlapSeconds: number;
  readonly keptSeconds: number;
}

/** 13 tries over 2.8 days: after 5, 20, 80, 320 s, 21 min, 85 min, 5.7 h, then every 12 h. */
export const defaultWebhookSchedule: WebhookSchedule = {
  maxAttempts: 13,
  backoffSeconds: 5,
  backoffFactor: 4,
  maxBackoffSeconds: 12 * 3600,
  leaseSeconds: 60,
  maxFailuresInARow: 20,
  failingSeconds: 86_400,
  secretOverlapSeconds: 86_400,
  keptSeconds: 30 * 86_400,
};

/**
 * How long after a failed try the next one comes.
 *
 * @param attempts tries so far, from 1
 * @param random 0 ≤ x < 1: a fifth more or less, so that what failed together does not come back together
 * @param askedSeconds what the endpoint asked for (`Retry-After`); never shortens the wait
 */
export function deliveryBackoffSeconds(
  attempts: number,
  schedule: WebhookSchedule,
  random: number,
  askedSeconds = 0,
): number {
  const { backoffSeconds, backoffFactor, maxBackoffSeconds } = schedule;
  const planned = Math.min(maxBackoffSeconds, backoffSeconds * backoffFactor ** (attempts - 1));
  return Math.max(planned * (0.8 + 0.4 * random), Math.min(askedSeconds, maxBackoffSeconds));
}
