/**
 * Numbers in [0, 1) that are the same for the same seed.
 * Source: mulberry32 by Tommy Ettinger, public domain (the recurrence; written anew).
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** From `low` to below `high`. */
export const between = (random: () => number, low: number, high: number) => low + random() * (high - low);

/** @throws RangeError when there is nothing to choose from */
export function oneOf<T>(random: () => number, choices: readonly T[]): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new RangeError('nothing to choose from');
  return chosen;
}
