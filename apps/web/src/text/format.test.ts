import {
  formatBytes,
  formatClock,
  formatDuration,
  formatLocalStart,
  formatRate,
  formatValue,
  formatWhen,
} from './format.ts';

test('bytes are printed in decimal units with two digits at most before they are rounded', () => {
  expect([0, 999, 1000, 319_488, 1_300_000_000, 103e12].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '319 KB',
    '1.3 GB',
    '103 TB',
  ]);
});

test('durations show the two largest units', () => {
  expect([0.25, 12.5, 60, 750, 28_920, 432_000].map(formatDuration)).toEqual([
    '0.25 s',
    '12.5 s',
    '1 min',
    '12 min 30 s',
    '8 h 02 min',
    '5 d 00 h',
  ]);
});

test('a clock time carries over when its decimals round up', () => {
  expect(formatClock(59.9996, 3)).toBe('00:01:00.000');
  expect(formatClock(7985.25, 2)).toBe('02:13:05.25');
  expect(formatClock(-1.5, 1)).toBe('−00:00:01.5');
});

test('a start without a zone is printed as it is', () => {
  expect(formatLocalStart('2024-03-01T22:14:05')).toBe('2024-03-01 22:14:05');
  expect(formatLocalStart(null)).toBe('unreadable');
});

test('values keep their significant digits', () => {
  expect([0, 1.23456, -0.5, 3276.7, 1e9, null, Number.NaN].map((value) => formatValue(value))).toEqual([
    '0',
    '1.235',
    '−0.5',
    '3277',
    '1.00e+9',
    '–',
    '–',
  ]);
});

test('rates drop zeros that say nothing', () => {
  expect([256, 0.5, 33.333333].map(formatRate)).toEqual(['256 Hz', '0.5 Hz', '33.33 Hz']);
});

test('recent moments are told as distance', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  expect(formatWhen('2026-11-22T11:59:50Z', now)).toBe('just now');
  expect(formatWhen('2026-11-22T11:48:00Z', now)).toBe('12 min ago');
});
