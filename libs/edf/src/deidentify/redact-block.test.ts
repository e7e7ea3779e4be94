import { latin1 } from '../test-support/recordings.ts';
import type { IdentifyingStrings } from './identifying-strings.ts';
import type { DeidentifyOptions } from './options.ts';
import { redactBlock } from './redact-block.ts';
import { textRedaction } from './redact-text.ts';

const identifying: IdentifyingStrings = {
  strings: ['Harry', 'Lights'],
  textStrings: [],
  initials: [],
  unsearchedWords: [],
};
const block = (text: string, length = 60): Uint8Array => latin1(text.padEnd(length, '\0'));
function redacted(bytes: Uint8Array, options: DeidentifyOptions = {}): string {
  const out = redactBlock(bytes, textRedaction(identifying, options));
  expect(out.length).toBe(bytes.length);
  return Buffer.from(out).toString('latin1').replace(/\0+$/, '');
}

test('onsets, durations and separators stay byte for byte', () => {
  const tals = '+1\x14\x14\0+1.5\x150.25\x14arousal\x14sleep\x14\0-0.065\x14Harry\x14';
  expect(redacted(block(tals))).toBe(tals.replace('Harry', 'X'));
});

test('a block in which nothing identifies is given back itself', () => {
  const bytes = block('+1\x14\x14\0+1.5\x14Lights off\x14\0'.replace('Lights', 'lamp'), 40);
  expect(redactBlock(bytes, textRedaction(identifying, { keep: ['lamp'] }))).toBe(bytes);
});

test('onsets of TALs that run together stay, telephone numbers in their place do not', () => {
  expect(redacted(block('+1.000000\x14\x14+1.140000\x14A1+A2 OFF\x14\0'))).toBe(
    '+1.000000\x14\x14+1.140000\x14A1+A2 OFF\x14',
  );
  expect(redacted(block('+1\x14\x14\0+2\x14+491512345678\x14\0'))).toBe('+1\x14\x14\0+2\x14X\x14');
});

test('bytes behind the padding, before an onset and without any separator are text', () => {
  expect(redacted(block('+1\x14\x14\0\0\0\0Harry was here'))).toBe('+1\x14\x14\0\0\0\0X X X');
  expect(redacted(block('Harry was here'))).toBe('X X X');
  expect(redacted(block('Harry\x150.25\x14'))).toBe('X\x150.25\x14');
});

test('a name beside a byte that is a letter or a digit in one encoding only is found', () => {
  // 0xBC is a quarter in Latin-1, which makes one word of it and the name; in UTF-8 it is nothing.
  const patterns = { texts: 'patterns' } as const;
  expect(redacted(block('+1\x14\x14\0\u00bcLights off\x14'), patterns)).toBe('+1\x14\x14\0X\x14');
  // C3 A4 is one letter in UTF-8; in Latin-1 its second byte ends a word.
  expect(redacted(block('+1\x14\x14\0\u00c3\u00a4Lights off\x14'), patterns)).toBe('+1\x14\x14\0X\x14');
});

test('what becomes UTF-8 by losing a byte is looked at once more', () => {
  const once = redactBlock(latin1('\u00c3\u0080\u00b9A\x14'), textRedaction(identifying, {}));
  const twice = redactBlock(once, textRedaction(identifying, {}));
  expect(Buffer.from(twice).toString('hex')).toBe(Buffer.from(once).toString('hex'));
});
