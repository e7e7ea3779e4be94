import fc from 'fast-check';
import { decimalFromNanoseconds, nanosecondsFromDecimal, parseHeaderNumber } from './decimal.ts';

test.each([
  ['0', 0n],
  ['+0', 0n],
  ['-0.065', -65_000_000n],
  ['1.', 1_000_000_000n],
  ['.5', 500_000_000n],
  ['+123456789.987654321', 123_456_789_987_654_321n],
  ['0.1', 100_000_000n],
  ['0.0000000004', 0n],
  ['0.0000000005', 1n],
  ['-0.0000000015', -2n],
  ['1e-3', 1_000_000n],
  ['9223372036.854775807', 9_223_372_036_854_775_807n],
])('%s s is exactly %s ns', (text, expected) => {
  expect(nanosecondsFromDecimal(text)).toBe(expected);
});

test.each(['', '+', '.', '1,5', 'x', '9223372036.854775808', '1e99', `1${'0'.repeat(100_000)}`])(
  'a text that is no time in 64-bit nanoseconds gives null',
  (text) => {
    expect(nanosecondsFromDecimal(text)).toBeNull();
  },
);

test('nanoseconds survive being written as decimal seconds', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (nanoseconds) => {
      expect(nanosecondsFromDecimal(decimalFromNanoseconds(nanoseconds))).toBe(nanoseconds);
    }),
  );
});

test.each([
  ['-32768', true, -32768, null],
  ['+1.5', false, 1.5, null],
  ['0,5', false, 0.5, 'comma'],
  ['1,234', false, NaN, 'ambiguous-comma'],
  ['-32,768', true, -32768, 'grouping'],
  ['1,234,567', false, 1234567, 'grouping'],
  ['-32.E2', false, -3200, 'exponent'],
  ['1e999', false, NaN, 'unreadable'],
  ['', false, NaN, 'blank'],
  ['0x10', true, NaN, 'unreadable'],
  ['NaN', false, NaN, 'unreadable'],
  ['1 2', false, NaN, 'unreadable'],
])('the header number "%s" (integer: %s) is %d', (text, isInteger, value, fault) => {
  expect(parseHeaderNumber(text, isInteger)).toMatchObject({ value, fault });
});
