/** Puts an instant right that a process with a wrong clock may have written; both in milliseconds since 1970. */
export type RightInstant = (writtenMs: number, nearMs: number) => number;

/**
 * Of the instant as it was written and as the wrong clock would have meant it, the one nearer to when it must have
 * been: right for as long as nothing lasts longer than half of what the clock is off.
 *
 * @param skewSeconds how far the wrong clock is off
 */
export function createRightInstant(skewSeconds: number): RightInstant {
  return (writtenMs, nearMs) => {
    const meantMs = writtenMs - skewSeconds * 1000;
    return Math.abs(meantMs - nearMs) < Math.abs(writtenMs - nearMs) ? meantMs : writtenMs;
  };
}
