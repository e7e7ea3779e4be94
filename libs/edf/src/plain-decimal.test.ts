import fc from 'fast-check';
import { parseHeaderNumber } from './decimal.ts';
import { headerText } from './header-text.ts';
import { plainDecimalAt, plainDigitsAt, plainIntegerAt } from './plain-decimal.ts';
import { latin1 } from './test-support/recordings.ts';

const field = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789.+-, e'), minLength: 0, maxLength: 8 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => String(value).slice(0, 8)),
  fc.integer({ min: -9_999_999, max: 99_999_999 }).map(String),
);

test('what is read as a plain decimal, integer or digits is what careful reading gives, without a fault', () => {
  fc.assert(
    fc.property(field, (text) => {
      const bytes = latin1(text.padEnd(8));
      const trimmed = headerText(bytes);
      const { value, fault } = parseHeaderNumber(trimmed, true);
      const expected = (isPlain: boolean): number => (isPlain && text.startsWith(trimmed) ? value : NaN);
      expect(plainDecimalAt(bytes, 0, 8)).toBe(expected(fault === null));
      expect(plainIntegerAt(bytes, 0, 8)).toBe(expected(/^[+-]?\d+$/.test(trimmed)));
      expect(plainDigitsAt(bytes, 0, 8)).toBe(expected(/^\d+$/.test(trimmed)));
    }),
    { numRuns: 3000 },
  );
});
