import { shortVisibleText, visibleText } from './visible-text.ts';

test('control characters are shown as their pictures', () => {
  expect(visibleText('a\u0000b\nc\u007f')).toBe('a␀b␊c␡');
});

test('characters that turn the reading direction are shown as code points', () => {
  expect(visibleText('invoice\u202efdp.edf')).toBe('invoice⟨U+202E⟩fdp.edf');
  expect(visibleText('a\u200bb\ufeff')).toBe('a⟨U+200B⟩b⟨U+FEFF⟩');
});

test('letters of any script are left as they are', () => {
  expect(visibleText('Grüße 睡眠 µV é')).toBe('Grüße 睡眠 µV é');
});

test('long text ends in an ellipsis and never splits a surrogate pair', () => {
  expect(shortVisibleText('abcdef', 4)).toBe('abc…');
  expect(shortVisibleText('🧠🧠🧠', 2)).toBe('🧠…');
  expect(shortVisibleText('short', 10)).toBe('short');
});
