export interface SettableClock {
  readonly now: () => Date;
  readonly advance: (seconds: number) => void;
}

export function createSettableClock(start = '2026-03-01T12:00:00.000Z'): SettableClock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    advance: (seconds) => {
      at += Math.round(seconds * 1000);
    },
  };
}
