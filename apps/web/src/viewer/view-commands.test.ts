import { viewAfter, withPageLength } from './view-commands.ts';
import { viewFromSearch } from './view-state.ts';

const view = { ...viewFromSearch({}, { pageSeconds: 30, hidden: new Set() }), start: 300 };

test('pages, tenths of pages and epochs move the view inside the recording', () => {
  expect(viewAfter(view, 'page-forward', 1000).start).toBe(330);
  expect(viewAfter(view, 'step-back', 1000).start).toBe(297);
  expect(viewAfter({ ...view, start: 301 }, 'epoch-back', 1000).start).toBe(300);
  expect(viewAfter({ ...view, start: 960 }, 'page-forward', 1000).start).toBe(970);
  expect(viewAfter(view, 'end', 1000).start).toBe(970);
  expect(viewAfter(view, 'start', 1000).start).toBe(0);
});

test('another page length keeps the middle of the page', () => {
  expect(viewAfter(view, 'longer-page', 1000)).toMatchObject({ pageSeconds: 60, start: 285 });
  expect(withPageLength(view, 10, 1000)).toMatchObject({ pageSeconds: 10, start: 310 });
  expect(withPageLength({ ...view, start: 0 }, 60, 1000).start).toBe(0);
});

test('toggles turn back when pressed twice', () => {
  const twice = viewAfter(viewAfter(view, 'toggle-clock', 1000), 'toggle-clock', 1000);
  expect(twice).toEqual(view);
  expect(viewAfter(view, 'toggle-centring', 1000).isCentred).toBe(false);
});
