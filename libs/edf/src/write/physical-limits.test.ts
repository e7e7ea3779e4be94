import fc from 'fast-check';
import { isEdfError } from '../errors.ts';
import { choosePhysicalLimits } from './physical-limits.ts';

test('limits hold every value, fit eight characters, and are as tight as those allow', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -9_999_999, max: 99_999_999, noNaN: true }),
      fc.double({ min: -9_999_999, max: 99_999_999, noNaN: true }),
      (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const limits = choosePhysicalLimits({ min, max }, 2);
        expect(limits.physicalMin).toBeLessThanOrEqual(min);
        expect(limits.physicalMax).toBeGreaterThanOrEqual(max);
        expect(limits.physicalMin).toBeLessThan(limits.physicalMax);
        for (const limit of [limits.physicalMin, limits.physicalMax])
          expect(String(limit)).toMatch(/^-?\d+(\.\d+)?$(?<=^.{1,8})/);
        const slack = (value: number): number => 10 ** -(6 - String(Math.trunc(Math.abs(value))).length);
        expect(min - limits.physicalMin).toBeLessThanOrEqual(min === max ? 1 + slack(min) : slack(min));
        expect(limits.physicalMax - max).toBeLessThanOrEqual(min === max ? 1 + slack(max) : slack(max));
      },
    ),
  );
});

test('values that are multiples of a resolution lose nothing, with digital limits narrowed where they must', () => {
  expect(choosePhysicalLimits({ min: -800, max: 800, resolution: 0.1 }, 2)).toEqual({
    physicalMin: -3276.8,
    physicalMax: 3276.7,
    digitalMin: -32768,
    digitalMax: 32767,
    step: 0.1,
    maxError: 0,
  });
  // 2 ** 23 * 0.0625 is 524288; -524287.9375 has twelve characters, so the digital limits give way.
  expect(choosePhysicalLimits({ min: -1, max: 2, resolution: 0.0625 }, 3)).toEqual({
    physicalMin: -1,
    physicalMax: 2,
    digitalMin: -16,
    digitalMax: 32,
    step: 0.0625,
    maxError: 0,
  });
});

test('a range that no eight characters hold is refused with the advice to change the unit', () => {
  for (const range of [
    { min: 0, max: 1e9 },
    { min: -1e8, max: 0 },
    { min: NaN, max: 1 },
    { min: 2, max: 1 },
  ]) {
    let code: unknown;
    try {
      choosePhysicalLimits(range, 2);
    } catch (error) {
      code = isEdfError(error) && error.code;
    }
    expect(code).toBe('write-value-invalid');
  }
});
