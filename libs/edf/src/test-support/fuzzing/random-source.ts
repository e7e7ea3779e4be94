import { seededNumbers } from '../seeded.ts';

/** Choices of a fuzz run, all from one seed, so that a run can be repeated. */
export class RandomSource {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededNumbers(seed);
  }

  /** An integer from 0 to `limit` - 1; 0 when `limit` is 0. */
  below(limit: number): number {
    return limit > 0 ? this.#next() % limit : 0;
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
