import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { layoutOf, placeOf } from './file/layout.ts';
import { checkPrefix, isKey } from './object-key.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.constantFrom('.', '..', '/', '\\', '%2f', '\0', 'a', '@1', '~', '\u202e', 'ä', '\n'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
  fc.stringMatching(/^[A-Za-z0-9._=/-]{1,40}$/),
);

test('whatever the text, its directory lies below the objects or it is refused', () => {
  const layout = layoutOf('/data/store');
  fc.assert(
    fc.property(nasty, (text) => {
      if (!isKey(text)) {
        expect(() => placeOf(layout, text)).toThrow(expect.objectContaining({ code: 'key-invalid' }));
        return;
      }
      const { directory, name } = placeOf(layout, text);
      const path = resolve(join(directory, name));
      expect(path).toBe(`${layout.objects}${sep}${text.split('/').join(sep)}`);
    }),
    { numRuns: 5000 },
  );
});

test('every start of a key is a prefix', () => {
  const key = 'source/t..1/.x/a=b';
  for (let length = 0; length <= key.length; length += 1)
    expect(() => checkPrefix(key.slice(0, length))).not.toThrow();
});

test.each(['/a', '../', 'a/../b', './', 'a//', 'a%', 'a\\', 'a'.repeat(513)])('%j is no prefix', (prefix) => {
  expect(() => checkPrefix(prefix)).toThrow(expect.objectContaining({ code: 'key-invalid' }));
});
