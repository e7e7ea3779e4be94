export interface SettableClock {
  now(): Date;
  /** Monotonic. */
  seconds(): number;
  advance(seconds: number): void;
}

export function createSettableClock(): SettableClock {
  const start = Date.parse('2026-01-01T00:00:00.000Z');
  let elapsed = 0;
  return {
    now: () => new Date(start + elapsed),
    seconds: () => elapsed / 1000,
    advance: (seconds) => {
      elapsed += Math.round(seconds * 1000);
    },
  };
}
