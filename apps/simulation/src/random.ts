import { seededRandom } from '@edf-pipeline/service/seeded-random';

/** The one source of chance of a run: the same seed gives the same run. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Whole, from `min` to `max`, both included. */
  between(min: number, max: number): number;
  chance(share: number): boolean;
  /** @throws RangeError when there is nothing to pick from */
  pick<T>(list: readonly T[]): T;
  /** A source of its own, so that what one part of the world draws moves nothing elsewhere. */
  fork(): Random;
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick(list) {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[Math.floor(next() * list.length)]!;
    },
    fork: () => createRandom(between(0, 0x7fffffff)),
  };
}
