/** Starts and stops timers: given, so that a simulation can own the time that passes. */
export interface Timers {
  start(run: () => void, milliseconds: number): unknown;
  /** Does nothing to a timer that has run or was never started. */
  stop(timer: unknown): void;
}

export const realTimers: Timers = {
  start: (run, milliseconds) => setTimeout(run, milliseconds),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
