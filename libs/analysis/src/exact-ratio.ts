/** A positive fraction in lowest terms. `n` and `d` repeat it as numbers, both NaN where these cannot hold it. */
export interface ExactRatio {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly n: number;
  readonly d: number;
}

const largestSafe = BigInt(Number.MAX_SAFE_INTEGER);

/** `numerator / denominator` in lowest terms; both must be positive. */
export function exactRatio(numerator: bigint, denominator: bigint): ExactRatio {
  let a = numerator;
  let b = denominator;
  while (b > 0n) [a, b] = [b, a % b];
  const reduced = { numerator: numerator / a, denominator: denominator / a };
  const isSafe = reduced.numerator <= largestSafe && reduced.denominator <= largestSafe;
  return {
    ...reduced,
    n: isSafe ? Number(reduced.numerator) : NaN,
    d: isSafe ? Number(reduced.denominator) : NaN,
  };
}

/** floor(count * ratio), exact for every non-negative safe integer `count`. */
export function floorTimes(count: number, ratio: ExactRatio): number {
  const product = count * ratio.n;
  // Not Math.floor(product / d): the quotient may round up to the next integer.
  if (product <= Number.MAX_SAFE_INTEGER) return (product - (product % ratio.d)) / ratio.d;
  return Number((BigInt(count) * ratio.numerator) / ratio.denominator);
}

/** ceil(count * ratio), exact for every non-negative safe integer `count`. */
export function ceilTimes(count: number, ratio: ExactRatio): number {
  const product = count * ratio.n;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const rest = product % ratio.d;
    return (product - rest) / ratio.d + (rest > 0 ? 1 : 0);
  }
  const scaled = BigInt(count) * ratio.numerator;
  return Number((scaled + ratio.denominator - 1n) / ratio.denominator);
}
