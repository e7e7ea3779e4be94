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

const shiftJis = (...bytes: number[]): ReturnType<typeof decodeText> => decodeText(Uint8Array.from(bytes));

test.each([
  ['\u8868', [0x95, 0x5c]],
  ['\u6a5f\u80fd', [0x8b, 0x40, 0x94, 0x5c]],
  ['\u5341', [0x8f, 0x5c]],
  ['\u958b\u59cb', [0x8a, 0x4a, 0x8e, 0x6e]],
  ['\u8868 ON', [0x95, 0x5c, 0x20, 0x4f, 0x4e]],
  ['\u30bd', [0x83, 0x5c]],
  ['\u8ca0\u8377', [0x95, 0x89, 0x89, 0xd7]],
])('%s in Shift-JIS, whose second bytes may be in the range of ASCII, is read as such', (text, bytes) => {
  expect(shiftJis(...bytes)).toEqual({ text, isUtf8: false, encoding: 'Shift-JIS' });
});

test.each([
  ['an apostrophe and a letter', [0x69, 0x74, 0x92, 0x73]],
  ['a word in quotation marks', [0x93, 0x4f, 0x4e, 0x94, 0x20, 0x6f, 0x6b]],
  ['quotation marks inside each other', [0x93, 0x41, 0x94, 0x42]],
  ['a bracket after a dash', [0x6f, 0x6e, 0x96, 0x5b, 0x78, 0x5d]],
  ['letters with a caron', [0x8a, 0x65, 0x73, 0x74, 0x20, 0x9e, 0x65]],
  ['a backslash after an accented letter', [0x63, 0xe9, 0x5c, 0x78]],
])('%s of a Western text makes no Japanese character', (_what, bytes) => {
  expect(shiftJis(...bytes)).toMatchObject({ encoding: 'Latin-1' });
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
