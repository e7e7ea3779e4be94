import fc from 'fast-check';
import { HeaderReader } from './header-reader.ts';
import { headerText } from './header-text.ts';
import { concatenated } from './test-support/recordings.ts';

const printable = fc.integer({ min: 0x20, max: 0x7e });
const nearlyPrintable = fc.oneof({ weight: 40, arbitrary: printable }, fc.integer({ min: 0, max: 255 }));
const mostlySpaces = fc.oneof({ weight: 2, arbitrary: fc.constant(0x20) }, printable);

/** Bytes at any address: words of four need not be aligned. */
function moved(bytes: readonly number[], by: number): Uint8Array {
  return concatenated([new Uint8Array(by).fill(0xff), Uint8Array.from(bytes)]).subarray(by);
}

const eight = (byte: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(byte, { minLength: 8, maxLength: 8 });
const address = fc.integer({ min: 0, max: 3 });

test('a stretch is plain when each of its bytes is printable ASCII, and never otherwise', () => {
  fc.assert(
    fc.property(eight(nearlyPrintable), address, (bytes, by) => {
      const reader = new HeaderReader(moved(bytes, by), 0, 8);
      expect(reader.isPlain(0, 8)).toBe(bytes.every((byte) => byte >= 0x20 && byte <= 0x7e));
      expect(reader.isPlain(4, 8)).toBe(bytes.slice(4).every((byte) => byte >= 0x20 && byte <= 0x7e));
    }),
    { numRuns: 2000 },
  );
});

test.each([0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff])(
  'byte %i decides alone whether a stretch is plain, in every place',
  (byte) => {
    for (let place = 0; place < 8; place++) {
      const bytes = Array.from({ length: 8 }, (_, i) => (i === place ? byte : 0x20 + (i % 2) * 0x5e));
      expect(new HeaderReader(moved(bytes, 1), 0, 8).isPlain(0, 8)).toBe(byte === 0x20 || byte === 0x7e);
    }
  },
);

test('a plain field has the text that careful reading gives, and is justified unless a space is before it', () => {
  fc.assert(
    fc.property(fc.array(mostlySpaces, { minLength: 1, maxLength: 21 }), address, (bytes, by) => {
      const field = moved(bytes, by);
      const reader = new HeaderReader(field, 0, field.length);
      const text = reader.plainText(0, field.length);
      expect(text).toBe(headerText(field));
      expect(reader.isJustified(0, field.length)).toBe(text === '' || bytes[0] !== 0x20);
    }),
    { numRuns: 1000 },
  );
});

test('a field is repeated when all of its bytes are those before it', () => {
  fc.assert(
    fc.property(eight(printable), fc.integer({ min: 0, max: 7 }), address, (bytes, place, by) => {
      const other = bytes.map((byte, i) => (i === place ? byte ^ 1 : byte));
      const same = new HeaderReader(moved([...bytes, ...bytes], by), 0, 16);
      const different = new HeaderReader(moved([...bytes, ...other], by), 0, 16);
      expect([same, different].map((reader) => reader.isRepeated(8, 8))).toEqual([true, false]);
    }),
  );
});
