import { checkHeaderBytes, decodeText, headerText } from './header-text.ts';
import { latin1 } from './test-support/recordings.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each(['', 'plain', 'M\u00fcde', '\u7761\u7720', 'a \ufffd that was written', '\ufeffmark'])(
  'valid UTF-8 (%j) comes back as it was written',
  (text) => {
    expect(decodeText(utf8(text))).toEqual({ text, isUtf8: true, encoding: 'UTF-8' });
  },
);

test('bytes that are no UTF-8 are Latin-1, one character each, 0x80 to 0x9F included', () => {
  const text = '\u00b5V \u0080\u009f\u00ff';
  expect(decodeText(latin1(text))).toEqual({ text, isUtf8: false, encoding: 'Latin-1' });
});

test('a text of any length is decoded', () => {
  const bytes = new Uint8Array(1_000_003).fill(0xb5);
  expect(decodeText(bytes).text).toBe('\u00b5'.repeat(1_000_003));
});

test('padding is spaces and NUL bytes, on both sides', () => {
  expect(headerText(latin1('  uV \0\0 '))).toBe('uV');
  expect(headerText(latin1('   '))).toBe('');
});

test('a field is checked for control bytes, bytes outside ASCII and leading spaces, each with its place', () => {
  const findings = checkHeaderBytes(latin1(' a\n\u00b5'), 100, 'label', 3);
  expect(findings.map(({ id, offset, signal, field }) => [id, offset, signal, field])).toEqual([
    ['EDF005', 102, 3, 'label'],
    ['EDF004', 103, 3, 'label'],
    ['EDF006', 100, 3, 'label'],
  ]);
  expect(checkHeaderBytes(latin1('    '), 100, 'label')).toEqual([]);
});
