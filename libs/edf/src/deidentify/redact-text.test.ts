import fc from 'fast-check';
import { textRedaction } from './redact-text.ts';

const identifying = { strings: ['Haagse Harry', 'Haagse', 'Harry', 'MCH-0234567'], technicalWords: [] };
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
])('of words of recordings in general, "%s" stays', (text) => {
  expect(words.freeText(text)).toBe(text);
});

test.each([
  ['Anna turned patient left', 'X X X left'],
  ['Dr. M\u00fcller on phone', 'X. X on X'],
  ['arousal, Harry talking', 'arousal, X talking'],
])('of other words nothing stays: "%s" becomes "%s"', (before, after) => {
  expect(words.freeText(before)).toBe(after);
});

test('any text redacted once is as if redacted twice, never longer, also without knowing the names', () => {
  const forgetful = textRedaction({ strings: [], technicalWords: [] }, { keep: ['Licht', 'Nurse note'] });
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
