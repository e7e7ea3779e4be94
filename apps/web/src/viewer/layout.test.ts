import { labelStride, layoutPage, placeTexts, rowAt, ticksIn, tickStep } from './layout.ts';

test('rows share the height between annotation lane and axis', () => {
  const layout = layoutPage(1000, 656, [0, 2, 5]);
  expect(layout.plot).toEqual({ x: 136, y: 34, width: 864, height: 600 });
  expect(layout.rows.map(({ signal, top, height }) => [signal, top, height])).toEqual([
    [0, 34, 200],
    [2, 234, 200],
    [5, 434, 200],
  ]);
  expect(rowAt(layout, 300)?.signal).toBe(2);
  expect(rowAt(layout, 10)).toBeNull();
});

test('a narrow canvas gets a narrower gutter and never a plot without width', () => {
  expect(layoutPage(400, 300, []).gutter).toBe(84);
  expect(layoutPage(10, 10, [1]).plot.width).toBe(1);
});

test('labels of very low rows are thinned out', () => {
  expect(labelStride(40, 14)).toBe(1);
  expect(labelStride(5, 14)).toBe(3);
});

test('ticks are round and far enough apart', () => {
  expect(tickStep(30, 900, 80)).toBe(5);
  expect(tickStep(28_800, 900, 80)).toBe(3600);
  expect(ticksIn({ start: 3, end: 21 }, 5)).toEqual([5, 10, 15, 20]);
});

test('ticks lie on round clock times when the recording began between them', () => {
  expect(ticksIn({ start: 0, end: 10 }, 5, 2)).toEqual([3, 8]);
});

test('texts that would cover each other go to another lane or nowhere', () => {
  const texts = [
    { x: 0, width: 50 },
    { x: 10, width: 50 },
    { x: 20, width: 50 },
    { x: 60, width: 10 },
  ];
  expect(placeTexts(texts, 2)).toEqual([0, 1, -1, 0]);
});
