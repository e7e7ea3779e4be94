import fc from 'fast-check';
import { ceilTimes, exactRatio, floorTimes } from './exact-ratio.ts';

const counts = fc.integer({ min: 0, max: 2 ** 40 });
const parts = fc.bigInt({ min: 1n, max: 10n ** 20n });

test('floorTimes and ceilTimes are exact, also where the product is no safe integer', () => {
  fc.assert(
    fc.property(counts, parts, parts, (count, numerator, denominator) => {
      const ratio = exactRatio(numerator, denominator);
      const product = BigInt(count) * numerator;
      fc.pre(product / denominator <= BigInt(Number.MAX_SAFE_INTEGER));
      expect(floorTimes(count, ratio)).toBe(Number(product / denominator));
      expect(ceilTimes(count, ratio)).toBe(Number((product + denominator - 1n) / denominator));
    }),
  );
});

test('floorTimes does not round a quotient up that lies just below an integer', () => {
  const ratio = exactRatio(1n, 3n);
  const count = 9_007_199_254_740_991;
  expect(floorTimes(count - 1, ratio)).toBe(Number(BigInt(count - 1) / 3n));
});

test('a ratio is held in lowest terms, as numbers where these are safe', () => {
  expect(exactRatio(30_000_000_000n * 256n, 1_000_000_000n)).toMatchObject({ n: 7680, d: 1 });
  expect(exactRatio(10n ** 17n + 1n, 10n ** 17n).n).toBeNaN();
});
