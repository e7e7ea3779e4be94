import { originalNameOf } from './commands/get.ts';
import { formatBytes, formatSeconds, tableLines } from './format.ts';
import { createSlots } from './slots.ts';
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

test('a large task waits for all places and is not passed by small ones', async () => {
  const slots = createSlots(4);
  const order: string[] = [];
  const release: (() => void)[] = [];
  const task = (name: string, count: number) =>
    slots.hold(count, () => {
      order.push(name);
      return new Promise<void>((resolve) => release.push(resolve));
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const all = [task('small 1', 1), task('large', 99), task('small 2', 1)];
  await settled();
  expect(order).toEqual(['small 1']);
  for (let i = 0; i < 3; i++) {
    release[i]!();
    await settled();
  }
  await Promise.all(all);
  expect(order).toEqual(['small 1', 'large', 'small 2']);
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
