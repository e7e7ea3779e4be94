import fc from 'fast-check';
import { contentDisposition } from './content-disposition.ts';

test('a plain name stays readable', () => {
  expect(contentDisposition('night 1.edf')).toBe(
    `attachment; filename="night 1.edf"; filename*=UTF-8''night%201.edf`,
  );
});

test('whatever the name, the header is ASCII, ends no quotation early, and gives the name back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
      const header = contentDisposition(name);
      const match = /^attachment; filename="[A-Za-z0-9._ -]*"; filename\*=UTF-8''([A-Za-z0-9%!~._-]*)$/.exec(
        header,
      );
      expect(decodeURIComponent(match?.[1] ?? 'no match')).toBe(name);
    }),
  );
});

test('a lone surrogate does not make it fail', () => {
  expect(contentDisposition('a\ud800b')).toContain('a_b');
});
