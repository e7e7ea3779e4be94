import { endOf, gapsBetween, recordsOf, shownRuns, timeOfRecord } from './timeline.ts';

const runs = shownRuns(
  [
    { firstRecord: 0, recordCount: 10, startNs: 0n },
    { firstRecord: 10, recordCount: 5, startNs: '25000000000' },
  ],
  2,
);

test('runs become seconds and end after their last record', () => {
  expect(runs.map(({ start, end }) => [start, end])).toEqual([
    [0, 20],
    [25, 35],
  ]);
  expect(endOf(runs)).toBe(35);
  expect(endOf([])).toBe(0);
});

test('time that no run covers is a gap, even when runs are stored out of order', () => {
  expect(gapsBetween(runs)).toEqual([{ start: 20, end: 25 }]);
  expect(gapsBetween([...runs].reverse())).toEqual([{ start: 20, end: 25 }]);
});

test('a record behind a gap is found at its true time', () => {
  expect(timeOfRecord(runs, 3)).toBe(6);
  expect(timeOfRecord(runs, 11)).toBe(27);
  expect(timeOfRecord(runs, 15)).toBeNull();
});

test('a page takes the records it touches and one more at either side', () => {
  expect(recordsOf(runs, { start: 6, end: 9 }, 2)).toMatchObject([{ firstRecord: 2, recordCount: 4 }]);
  expect(recordsOf(runs, { start: 19, end: 26 }, 2)).toMatchObject([
    { firstRecord: 8, recordCount: 2 },
    { firstRecord: 10, recordCount: 2 },
  ]);
  expect(recordsOf(runs, { start: 21, end: 24 }, 2)).toEqual([]);
});
