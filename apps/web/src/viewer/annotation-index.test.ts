import { AnnotationIndex, filterAnnotations } from './annotation-index.ts';

const at = (onset: number, duration: number | null, text = `at ${onset}`) => ({
  onset,
  duration,
  text,
  record: 0,
});

const index = new AnnotationIndex([at(50, 5), at(10, 100, 'long Arousal'), at(30, null), at(90, 1)]);

test('a page shows annotations that began before it and still last', () => {
  expect(index.within({ start: 52, end: 60 }).map(({ onset }) => onset)).toEqual([10, 50]);
  expect(index.within({ start: 25, end: 30.5 }).map(({ onset }) => onset)).toEqual([10, 30]);
  expect(index.within({ start: 200, end: 300 })).toEqual([]);
});

test('what ends where the page begins, or begins where it ends, is not on it', () => {
  const stages = new AnnotationIndex([at(0, 30), at(30, 30), at(60, 30)]);
  expect(stages.within({ start: 30, end: 60 }).map(({ onset }) => onset)).toEqual([30]);
  const tenths = new AnnotationIndex([at(0.1, 0.2), at(0.3, 0.1)]);
  expect(tenths.within({ start: 0.3, end: 0.4 }).map(({ onset }) => onset)).toEqual([0.3]);
});

test('an annotation without duration is on the page whose first moment it is', () => {
  const marks = new AnnotationIndex([at(30, null), at(60, 0)]);
  expect(marks.within({ start: 30, end: 60 }).map(({ onset }) => onset)).toEqual([30]);
  expect(marks.within({ start: 60, end: 90 }).map(({ onset }) => onset)).toEqual([60]);
});

test('neighbours are found in both directions and end at the ends', () => {
  expect(index.neighbour(30, 1)?.onset).toBe(50);
  expect(index.neighbour(30, -1)?.onset).toBe(10);
  expect(index.neighbour(90, 1)).toBeNull();
  expect(index.neighbour(10, -1)).toBeNull();
});

test('a filter wants every word and ignores case', () => {
  expect(filterAnnotations(index.all, 'LONG arou')).toHaveLength(1);
  expect(filterAnnotations(index.all, '')).toHaveLength(4);
});

test('twenty thousand annotations are looked up at once', () => {
  const many = new AnnotationIndex(Array.from({ length: 20_000 }, (_, second) => at(second, 0.5)));
  expect(many.within({ start: 15_000, end: 15_010 }).map(({ onset }) => onset)).toEqual(
    Array.from({ length: 10 }, (_, offset) => 15_000 + offset),
  );
});
