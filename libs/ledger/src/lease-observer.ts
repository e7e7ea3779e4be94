import type { RangeRow } from './rows.ts';

type SeenRange = Pick<RangeRow, 'tenant' | 'jobId' | 'range' | 'epoch' | 'sequence'>;

/**
 * Decides that a holder is silent: its heartbeat sequence has stood still for a whole lease on this observer's own
 * monotonic clock. The instants that other processes wrote only say when to start looking, so a clock that is an
 * hour off costs nobody a lease.
 */
export interface LeaseObserver {
  isSilent(range: SeenRange): boolean;
  forget(range: SeenRange): void;
}

/** @param monotonicSeconds a clock that never jumps, such as `performance.now() / 1000` */
export function createLeaseObserver(leaseSeconds: number, monotonicSeconds: () => number): LeaseObserver {
  const seen = new Map<string, { mark: string; since: number }>();
  const nameOf = (range: SeenRange) => `${range.tenant}/${range.jobId}/${range.range}`;
  return {
    isSilent(range) {
      const now = monotonicSeconds();
      const mark = `${range.epoch}:${range.sequence}`;
      const known = seen.get(nameOf(range));
      if (known?.mark === mark) return now - known.since >= leaseSeconds;
      seen.set(nameOf(range), { mark, since: now });
      if (seen.size > 10_000) dropOlderThan(now - 10 * leaseSeconds);
      return false;
    },
    forget(range) {
      seen.delete(nameOf(range));
    },
  };

  function dropOlderThan(limit: number) {
    for (const [name, { since }] of seen) if (since < limit) seen.delete(name);
  }
}
