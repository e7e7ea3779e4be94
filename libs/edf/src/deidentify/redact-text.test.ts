import fc from 'fast-check';
import { hasIdentifyingText } from '../check/identifying-content.ts';
import { textRedaction } from './redact-text.ts';

const nobody = { strings: [], textStrings: [], initials: [], unsearchedWords: [] };
const identifying = { ...nobody, strings: ['Haagse Harry', 'Haagse', 'Harry', 'MCH-0234567'] };
const patterns = textRedaction(identifying, { texts: 'patterns', keep: ['Room 12345'] });
const words = textRedaction(identifying, { keep: ['Licht', 'Nurse note'] });

test.each([
  ['HARRY turned over', 'X turned over'],
  ['haagse_harry awake', 'X awake'],
  ['Harrysson', 'Harrysson'],
  ['see MCH-0234567.', 'see X.'],
  ['born 02.08.1951', 'born X'],
  ['2026-11-22 note', 'X note'],
  ['seen 3 March 2020 again', 'seen X again'],
  ['call 030/123 45 67', 'call X'],
  ['+49 151 2345678', 'X'],
  ['id 1234567', 'id X'],
  ['AB-12345', 'X'],
  ['mail a.b@c.org now', 'mail X now'],
  ['at 22:31:05', 'at X'],
  ['Marker 12', 'Marker 12'],
  ['0.140000', '0.140000'],
  ['SpO2 88%', 'SpO2 88%'],
  ['Room 12345', 'Room 12345'],
  ['call 555 1234', 'call X'],
  ['tel 1234 5678', 'tel X'],
  ['tel 555.1234', 'tel X'],
  ['(030) 1234', 'X'],
  ['030/12-34', 'X'],
  ['12 34 56 78', 'X'],
  ['no. A12 345 6789', 'no. X'],
  ['+491512345678', 'X'],
  ['AB-12-345', 'X'],
  ['3. M\u00e4rz 1951', 'X'],
  ['3. Ma\u0308rz 1951', 'X'],
  ['3. Maerz 1951', 'X'],
  ['2 mars 1951', 'X'],
  ['3 de marzo 1951', 'X'],
  ['3 de marzo de 1951', 'X'],
  ['5 ao\u00fbt 2020', 'X'],
  ['1er f\u00e9vrier 2020', 'X'],
  ['2 gennaio 1951', 'X'],
  ['2 mrt 1951', 'X'],
  ['2 de mar\u00e7o de 1951', 'X'],
  ['2 out 1951', 'X'],
  ['2 out', '2 out'],
  ['May 17, 2024', 'X'],
  ['May-17-2024', 'X'],
  ['recorded 02MAR20', 'recorded X'],
  ['August 2020', 'X'],
  ['2020-1-2', 'X'],
  ['12-abc-2020', 'X'],
  ['see https://a.b/c?d=e now', 'see X now'],
  ['12.345678', '12.345678'],
  ['1 2 3', '1 2 3'],
  ['T 21.5 22.5', 'T 21.5 22.5'],
])('with patterns, "%s" becomes "%s"', (before, after) => {
  expect(patterns.freeText(before)).toBe(after);
});

test.each([
  'Sleep stage W',
  'Sleep stage N2',
  'Lights off',
  'Limb movement - left leg',
  'Obstructive apnea',
  'EEG Fpz-Cz',
  'A1+A2 OFF',
  'LP 35 Hz',
  'K-complex',
  'SpO2 88 %',
  'Licht',
  'Nurse note',
  'HV 3 min',
  '30sec',
  '2nd night',
])('of words of recordings in general, "%s" stays', (text) => {
  expect(words.freeText(text)).toBe(text);
});

test.each([
  ['Anna turned patient left', 'X X X left'],
  ['Dr. M\u00fcller on phone', 'X. X on X'],
  ['arousal, Harry talking', 'arousal, X talking'],
  ['12Anna 1Otto', 'X X'],
  ['pressure 555 1234', 'pressure X'],
])('of other words nothing stays: "%s" becomes "%s"', (before, after) => {
  expect(words.freeText(before)).toBe(after);
});

test('any text redacted once is as if redacted twice, never longer, also without knowing the names', () => {
  const forgetful = textRedaction(nobody, { keep: ['Licht', 'Nurse note'] });
  const piece = fc.constantFrom(
    'Harry',
    '12',
    '3',
    '.',
    '-',
    ' ',
    '2020',
    'mar',
    'X',
    '@',
    '+',
    'Licht',
    ':',
    '05',
    '_',
    'e',
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(piece, { maxLength: 14 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (before) => {
      for (const { freeText } of [words, patterns]) {
        const once = freeText(before);
        expect(freeText(once)).toBe(once);
        expect(new TextEncoder().encode(once).length).toBeLessThanOrEqual(
          new TextEncoder().encode(before).length,
        );
      }
      const once = words.freeText(before);
      expect(forgetful.freeText(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

test('a text that needs another round each time goes as a whole, and stays so', () => {
  const nested = (depth: number): string => (depth === 0 ? 'y' : `${nested(depth - 1)} z`);
  const greedy = textRedaction({ ...nobody, strings: ['X z', 'y'] }, { texts: 'patterns' });
  const after = greedy.freeText(`b ${nested(40)}`);
  expect(greedy.freeText(`b ${nested(5)}`)).toBe('b X');
  expect(after).toBe('X');
  expect(greedy.freeText(after)).toBe('X');
});

test('our own check finds nothing that identifies in what is left of any text', () => {
  const name = fc.constantFrom(
    'Harry',
    'HAAGSE',
    'haagse_harry',
    'Li',
    'Mrs.',
    'MCH-0234567',
    'Sleep stage W',
    'left',
  );
  const digits = fc.stringMatching(/^[0-9]{1,9}$/);
  const separator = fc.constantFrom(' ', '.', '-', '/', '(', ')', ', ', ':', '_', '', ' - ', '\u2013', '+');
  const month = fc.constantFrom('mar', 'M\u00e4rz', 'ao\u00fbt', 'NOV', 'abc', 'rem', 'de marzo de');
  const piece = fc.oneof(name, digits, digits, separator, separator, month, fc.string({ maxLength: 3 }));
  const text = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (before) => {
      expect(hasIdentifyingText(textRedaction(identifying, {}).freeText(before), ['harry', 'haagse'])).toBe(
        false,
      );
      expect(hasIdentifyingText(textRedaction(nobody, { texts: 'patterns' }).freeText(before), [])).toBe(
        false,
      );
    }),
    { numRuns: 3000 },
  );
});
