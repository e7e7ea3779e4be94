import { addSegment, createColumns, extentOf, medianOf } from './columns.ts';

const samples = (values: number[], start: number, step: number) => ({
  kind: 'samples' as const,
  values,
  start,
  step,
});
const ranges = (min: number[], max: number[], start: number, step: number) => ({
  kind: 'ranges' as const,
  min,
  max,
  start,
  step,
});

test('many samples in a column become its lowest and highest value', () => {
  const columns = createColumns(2);
  addSegment(columns, samples([1, 5, -2, 3, 4, 4, 4, 4], 0, 0.25), 0, 1);
  expect(columns.low[0]).toBe(-2);
  expect(columns.high[0]).toBe(5);
  expect(columns.high[1]).toBe(4);
});

test('columns between two samples hold the line that joins them', () => {
  const columns = createColumns(4);
  addSegment(columns, samples([0, 4], 0, 4), 0, 1);
  expect([...columns.low]).toEqual([0, 1, 2, 3]);
  expect([...columns.high]).toEqual([1, 2, 3, 4]);
});

test('the line from a sample left of the page enters it at the edge', () => {
  const columns = createColumns(3);
  addSegment(columns, samples([0, 10], -5, 10), 0, 1);
  expect(columns.low[0]).toBeCloseTo(5);
  expect(columns.high[2]).toBeCloseTo(8);
});

test('two segments with a gap between them are not joined', () => {
  const columns = createColumns(6);
  addSegment(columns, samples([1, 1], 0, 1), 0, 1);
  addSegment(columns, samples([9, 9], 4, 1), 0, 1);
  expect(Number.isNaN(columns.low[2])).toBe(true);
  expect(Number.isNaN(columns.low[3])).toBe(true);
  expect(columns.low[4]).toBe(9);
});

test('bins that do not touch are joined, empty bins are not', () => {
  const columns = createColumns(4);
  addSegment(columns, ranges([0, 5, 1, 7], [1, 6, 0, 8], 0, 1), 0, 1);
  expect(columns.low[1]).toBe(1);
  expect(columns.high[1]).toBe(6);
  expect(Number.isNaN(columns.low[2])).toBe(true);
  expect(columns.low[3]).toBe(7);
});

test('bins narrower than a column are united, wider ones are repeated', () => {
  const narrow = createColumns(1);
  addSegment(narrow, ranges([0, -3], [1, 2], 0, 0.5), 0, 1);
  expect([narrow.low[0], narrow.high[0]]).toEqual([-3, 2]);
  const wide = createColumns(4);
  addSegment(wide, ranges([0], [1], 0, 4), 0, 1);
  expect([...wide.high]).toEqual([1, 1, 1, 1]);
});

test('what lies outside of the page is left out', () => {
  const columns = createColumns(2);
  addSegment(columns, ranges([50, 0, 50], [60, 1, 60], -2, 2), 0, 1);
  expect(extentOf(columns)).toEqual({ low: 0, high: 1 });
  addSegment(columns, samples([100, 100], 50, 1), 0, 1);
  expect(extentOf(columns)).toEqual({ low: 0, high: 1 });
});

test('median and extent of columns without a curve are nothing', () => {
  expect(medianOf(createColumns(5))).toBeNaN();
  expect(extentOf(createColumns(5))).toBeNull();
  const columns = createColumns(3);
  addSegment(columns, ranges([0, 5, 10], [10, 15, 30], 0, 1), 0, 1);
  expect(medianOf(columns)).toBe(10);
});
