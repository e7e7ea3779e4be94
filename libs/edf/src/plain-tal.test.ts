import fc from 'fast-check';
import { nanosecondsFromDecimal } from './decimal.ts';
import { parseHeader } from './header.ts';
import { PlainTals } from './plain-tal.ts';
import type { Annotation } from './tal.ts';
import { goodRecording, latin1 } from './test-support/recordings.ts';

const signal = parseHeader(goodRecording('EDF+C')).signals[2]!;
const padding = '\0\0';

function read(tals: string): { annotations: Annotation[]; end: number } {
  const annotations: Annotation[] = [];
  const end = new PlainTals(latin1(tals), 7, signal).read(0, annotations);
  return { annotations, end };
}

const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`));
const number = fc
  .tuple(digits(6), fc.option(fc.stringMatching(/^\d{0,9}$/)))
  .map(([whole, fraction]) => (fraction === null ? whole : `${whole}.${fraction}`));
const plainTal = fc.record({
  onsetText: fc.tuple(fc.constantFrom('+', '-'), number).map((parts) => parts.join('')),
  durationText: fc.option(number),
  text: fc.stringMatching(/^[ -~]{1,20}$/),
});

test('TALs in the usual form give the numbers and texts that are written, in every digit', () => {
  fc.assert(
    fc.property(fc.array(plainTal, { minLength: 1, maxLength: 8 }), (list) => {
      const tals = list.map(
        ({ onsetText, durationText, text }) =>
          `${onsetText}${durationText === null ? '' : `\x15${durationText}`}\x14${text}\x14\0`,
      );
      const { annotations, end } = read(tals.join('') + padding);
      expect(end).toBe(tals.join('').length);
      expect(annotations).toEqual(
        list.map(({ onsetText, durationText, text }) => ({
          onsetNs: nanosecondsFromDecimal(onsetText),
          durationNs: durationText === null ? null : nanosecondsFromDecimal(durationText),
          text,
          onsetText,
          durationText,
          record: 7,
          signal: 2,
        })),
      );
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['no sign', '1\x14a\x14\0'],
  ['no digits', '+\x14a\x14\0'],
  ['no digit before the dot', '+.5\x14a\x14\0'],
  ['seconds of seven digits', '+1234567\x14a\x14\0'],
  ['ten decimals', '+1.0000000001\x14a\x14\0'],
  ['an exponent', '+1e3\x14a\x14\0'],
  ['an empty duration', '+1\x15\x14a\x14\0'],
  ['a signed duration', '+1\x15+2\x14a\x14\0'],
  ['an empty text', '+1\x14\x14\0'],
  ['two texts', '+1\x14a\x14b\x14\0'],
  ['a text outside ASCII', '+1\x14M\xfcde\x14\0'],
  ['a control character', '+1\x14a\tb\x14\0'],
  ['no end mark', '+1\x14a\0'],
  ['a TAL that runs on', '+1\x14a\x14+2\x14b\x14\0'],
])('a TAL with %s is left to the careful reading', (_what, tal) => {
  const whole = '+5\x14before\x14\0';
  const { annotations, end } = read(whole + tal + padding);
  expect(end).toBe(whole.length);
  expect(annotations.map(({ text }) => text)).toEqual(['before']);
});

test.each(['+1\x14a', '+1\x14a\x14', '+1\x14a\x14\0', '+', '+1', '+1.', '+1\x15', '+1\x14'])(
  'a TAL that ends with its block is left to the careful reading: %j',
  (tal) => {
    expect(read(tal)).toEqual({ annotations: [], end: 0 });
  },
);

test('texts that share a place in the memory of known texts stay what they are', () => {
  const texts = Array.from({ length: 2000 }, (_, i) => `stage ${i % 700}`);
  const { annotations } = read(texts.map((text) => `+1\x14${text}\x14\0`).join('') + padding);
  expect(annotations.map(({ text }) => text)).toEqual(texts);
});
