import { originalNameOf } from './commands/get.ts';
import { formatBytes, formatInstant, formatSeconds, tableLines } from './format.ts';
import { shellWord, visibleJson, visibleText } from './visible-text.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.00 kB'],
  [999_600, '1.00 MB'],
  [67_108_864, '67.1 MB'],
  [1.5e13, '15.0 TB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [12.4, '12 s'],
  [65, '1 min 05 s'],
  [28_920, '8 h 02 min'],
])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

test.each([
  ['2026-03-01T12:00:00.250Z', 'Europe/Berlin', '2026-03-01 13:00:00 +01:00'],
  ['2026-07-01T22:30:00.000Z', 'Europe/Berlin', '2026-07-02 00:30:00 +02:00'],
  ['2026-03-01T02:00:00.000Z', 'America/St_Johns', '2026-02-28 22:30:00 -03:30'],
  ['2026-03-01T12:00:00.000Z', 'UTC', '2026-03-01 12:00:00 +00:00'],
])('the instant %s in %s is %s', (instant, timeZone, text) =>
  expect(formatInstant(instant, 0, timeZone)).toBe(text),
);

test('where order is told by milliseconds they are shown', () => {
  expect(formatInstant('2026-03-01T12:00:00.250Z', 3, 'UTC')).toBe('2026-03-01 12:00:00.250 +00:00');
});

test('columns are as wide as their longest cell', () => {
  expect(
    tableLines([
      ['a', 'bb', 'c'],
      ['aaa', 'b', 'cc'],
    ]),
  ).toEqual(['a    bb  c', 'aaa  b   cc']);
});

test('what could steer a terminal is escaped, and JSON keeps its meaning', () => {
  expect(visibleText('a\u001b[2J\u009bb\u202e\n')).toBe('a\\u001b[2J\\u009bb\\u202e\\u000a');
  const value = { label: 'ä\u009b\u2028"\\' };
  expect(visibleJson(value)).not.toMatch(/[\u009b\u2028]/);
  expect(JSON.parse(visibleJson(value))).toEqual(value);
});

test('a path with a space or quote is a word a shell takes back', () => {
  expect(shellWord('a/b.edf')).toBe('a/b.edf');
  expect(shellWord("it's night.edf")).toBe(`'it'\\''s night.edf'`);
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\nights\\a b.edf', 'a b.edf'],
  ['..', 'rec_1.edf'],
  ['.hidden\u001b.edf', 'hidden_.edf'],
  [null, 'rec_1.edf'],
])('the original named %j is stored as %s', (name, stored) =>
  expect(originalNameOf(name, 'rec_1')).toBe(stored),
);
