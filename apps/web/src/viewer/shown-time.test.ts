import { decimalsFor, shownSpan, shownTime, tickLabel } from './shown-time.ts';

test('the local clock runs over midnight', () => {
  const clock = { kind: 'local' as const, startSecondOfDay: 23 * 3600 };
  expect(shownTime(1800, clock)).toBe('23:30:00');
  expect(shownTime(5400, clock)).toBe('00:30:00 +1d');
  expect(shownTime(0.25, clock, 2)).toBe('23:00:00.25');
});

test('without a start, time is elapsed time', () => {
  expect(shownTime(3661, { kind: 'local', startSecondOfDay: null })).toBe('01:01:01');
  expect(shownTime(3661, { kind: 'elapsed', startSecondOfDay: 100 })).toBe('01:01:01');
});

test('short pages print decimals', () => {
  expect([0.2, 2, 30].map(decimalsFor)).toEqual([3, 1, 0]);
});

test('a page tells its day once', () => {
  const clock = { kind: 'local' as const, startSecondOfDay: 23 * 3600 };
  expect(shownSpan({ start: 5400, end: 5430 }, clock)).toBe('00:30:00 – 00:30:30 +1d');
  expect(shownSpan({ start: 3590, end: 3620 }, clock)).toBe('23:59:50 – 00:00:20 +1d');
});

test('ticks of a strip tell hours and minutes, however many hours', () => {
  const elapsed = { kind: 'elapsed' as const, startSecondOfDay: null };
  const local = { kind: 'local' as const, startSecondOfDay: 23 * 3600 };
  expect(tickLabel(3600, 3600, elapsed)).toBe('01:00');
  expect(tickLabel(100 * 3600, 43_200, elapsed)).toBe('100:00');
  expect(tickLabel(7200, 3600, local)).toBe('01:00');
  expect(tickLabel(90, 30, elapsed)).toBe('00:01:30');
  expect(tickLabel(0.5, 0.5, elapsed)).toBe('00:00:00.5');
});
