import { parseGoTo } from './go-to-time.ts';

const night = { now: 1000, durationSeconds: 28_800, startSecondOfDay: 22 * 3600, clock: 'local' as const };

test('a clock time after midnight is found in a night that began before it', () => {
  expect(parseGoTo('02:13:05', night)).toBe(4 * 3600 + 13 * 60 + 5);
  expect(parseGoTo('22:30', night)).toBe(1800);
});

test('with elapsed time shown, a clock time is counted from the start', () => {
  expect(parseGoTo('02:13:05', { ...night, clock: 'elapsed' })).toBe(7985);
  expect(parseGoTo('00:00:01.5', { ...night, startSecondOfDay: null })).toBe(1.5);
});

test('a sign makes the time relative to the page', () => {
  expect(parseGoTo('+90s', night)).toBe(1090);
  expect(parseGoTo('-5m', night)).toBe(700);
  expect(parseGoTo('+1h30m', night)).toBe(6400);
  expect(parseGoTo('+00:01:00', night)).toBe(1060);
});

test('percentages, epochs and plain seconds are understood', () => {
  expect(parseGoTo('50%', night)).toBe(14_400);
  expect(parseGoTo('epoch 412', night)).toBe(411 * 30);
  expect(parseGoTo('75', night)).toBe(75);
  expect(parseGoTo('2 min', night)).toBe(120);
});

test('what is no time gives nothing', () => {
  expect(['', 'abc', '25:99', '1:2:99', '12 13', '%'].map((text) => parseGoTo(text, night))).toEqual(
    Array(6).fill(null),
  );
});

test('in a recording of several days a clock time stays on the day that is shown', () => {
  const days = { now: 100_000, durationSeconds: 400_000, startSecondOfDay: 0, clock: 'local' as const };
  expect(parseGoTo('01:00', days)).toBe(86_400 + 3600);
});
