import { commandOf, movementOf, neighbourEpoch } from './keys.ts';

const press = (key: string, more: object = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  target: { tagName: 'BODY' },
  ...more,
});

test('keys give their commands, whatever Shift a keyboard needs to type them', () => {
  expect(commandOf(press('PageDown'))).toBe('page-forward');
  expect(commandOf(press('+', { shiftKey: true }))).toBe('larger');
  expect(commandOf(press('?', { shiftKey: true }))).toBe('help');
  expect(commandOf(press('x'))).toBeNull();
});

test('Shift with an arrow moves by epochs', () => {
  expect(commandOf(press('ArrowRight'))).toBe('step-forward');
  expect(commandOf(press('ArrowRight', { shiftKey: true }))).toBe('epoch-forward');
});

test('keys are left alone in fields and with Ctrl, Alt or Command', () => {
  expect(commandOf(press('g', { target: { tagName: 'INPUT', type: 'text' } }))).toBeNull();
  expect(commandOf(press('ArrowRight', { target: { tagName: 'SELECT' } }))).toBeNull();
  expect(commandOf(press('+', { ctrlKey: true }))).toBeNull();
  expect(commandOf(press('PageDown', { target: { tagName: 'INPUT', type: 'checkbox' } }))).toBe(
    'page-forward',
  );
  expect(commandOf(press('Home', { target: { tagName: 'BUTTON', role: 'tab' } }))).toBeNull();
});

test('movements are pages and tenths of pages', () => {
  expect(movementOf('page-back', 30)).toBe(-30);
  expect(movementOf('step-forward', 30)).toBe(3);
  expect(movementOf('help', 30)).toBeNull();
});

test('epochs are multiples of 30 s, from wherever the page is', () => {
  expect(neighbourEpoch(0, 1)).toBe(30);
  expect(neighbourEpoch(45, -1)).toBe(30);
  expect(neighbourEpoch(60, -1)).toBe(30);
  expect(neighbourEpoch(60, 1)).toBe(90);
});
