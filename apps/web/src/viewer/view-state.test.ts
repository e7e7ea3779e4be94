import { centredOn, clampStart, formatIndices, searchFromView, viewFromSearch } from './view-state.ts';

const defaults = { pageSeconds: 10, hidden: new Set<number>() };

test('an empty address is the default view, whose address is empty again', () => {
  const view = viewFromSearch({}, defaults);
  expect(view).toMatchObject({
    start: 0,
    pageSeconds: 10,
    microvoltsPerMillimetre: 10,
    clock: 'local',
    isCentred: true,
  });
  expect(searchFromView(view, defaults)).toEqual({});
});

test('a view survives the way through its address', () => {
  const view = {
    start: 3601.25,
    pageSeconds: Number.POSITIVE_INFINITY,
    microvoltsPerMillimetre: 7,
    hidden: new Set([0, 2, 3, 4, 9]),
    gainSteps: new Map([
      [3, 2],
      [5, -1],
    ]),
    clock: 'elapsed' as const,
    isCentred: false,
  };
  const search = searchFromView(view, defaults);
  expect(search).toEqual({
    t: '3601.25',
    page: 'whole',
    uV: '7',
    hide: '0,2-4,9',
    gain: '3:2,5:-1',
    clock: 'elapsed',
    dc: '1',
  });
  expect(viewFromSearch(search, defaults)).toEqual(view);
});

test('an address that shows signals hidden by default says so', () => {
  const hidden = { pageSeconds: 10, hidden: new Set([1]) };
  const view = { ...viewFromSearch({}, hidden), hidden: new Set<number>() };
  expect(searchFromView(view, hidden)).toEqual({ hide: '' });
  expect(viewFromSearch({ hide: '' }, hidden).hidden.size).toBe(0);
});

test('malformed parameters fall back to defaults', () => {
  const view = viewFromSearch(
    { t: 'abc', page: '-3', uV: '', hide: 'x,2-1,3', gain: '1:,2:0,a:b' },
    defaults,
  );
  expect(view).toMatchObject({ start: 0, pageSeconds: 10, microvoltsPerMillimetre: 10 });
  expect([...view.hidden]).toEqual([3]);
  expect(view.gainSteps.size).toBe(0);
});

test('a page stays inside the recording', () => {
  expect(clampStart(-5, 10, 100)).toBe(0);
  expect(clampStart(95, 10, 100)).toBe(90);
  expect(clampStart(5, 200, 100)).toBe(0);
  expect(clampStart(5, Number.POSITIVE_INFINITY, 100)).toBe(0);
});

test('centring puts a moment into the middle of the page', () => {
  const view = viewFromSearch({}, defaults);
  expect(centredOn(view, 50, 100).start).toBe(45);
  expect(centredOn(view, 99, 100).start).toBe(90);
});

test('neighbouring indices are written as a range', () => {
  expect(formatIndices(new Set([7, 1, 2, 3]))).toBe('1-3,7');
});
