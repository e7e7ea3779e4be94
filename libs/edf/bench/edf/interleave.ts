/** Something measured: gives the seconds it took, or does it and lets the clock say. */
export type Contender = () => number | void | Promise<number | void>;

export interface Interleaved<Name extends string> {
  /** Median of seconds. */
  seconds(name: Name): number;
  /** How many times as fast as `other` `name` is: median over the rounds of time(other) / time(name). */
  times(name: Name, other: Name): number;
}

/** Runs all contenders in turn, `rounds` times after one round that does not count. */
export async function interleave<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender | null>>,
): Promise<Interleaved<Name>> {
  const spent = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const [name, contender] of Object.entries<Contender | null>(contenders)) {
      if (contender === null) continue;
      const begunAt = performance.now();
      const reported = await contender();
      const seconds = reported ?? (performance.now() - begunAt) / 1000;
      if (round > 0) spent.set(name, [...(spent.get(name) ?? []), seconds]);
    }
  }
  const of = (name: string): number[] => spent.get(name) ?? [];
  return {
    seconds: (name) => median(of(name)),
    times: (name, other) => median(of(name).map((seconds, round) => (of(other)[round] ?? NaN) / seconds)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
