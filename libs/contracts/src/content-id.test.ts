import { createHash, randomBytes } from 'node:crypto';
import { contentIdOf, fromBase64, toBase64 } from './content-id.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

describe('the content id', () => {
  it('of a file in one part is the base64 of its SHA-256', async () => {
    const digest = sha256(Buffer.from('a recording'));

    expect(await contentIdOf([digest])).toBe(digest.toString('base64'));
  });

  it('of a file in several parts is the SHA-256 of their digests, and how many there were', async () => {
    const digests = ['one', 'two', 'three'].map((text) => sha256(Buffer.from(text)));

    expect(await contentIdOf(digests)).toBe(`${sha256(Buffer.concat(digests)).toString('base64')}-3`);
  });

  it('depends on the order of the parts', async () => {
    const [first, second] = [sha256(Buffer.from('one')), sha256(Buffer.from('two'))];

    expect(await contentIdOf([first, second])).not.toBe(await contentIdOf([second, first]));
  });

  it('of no part at all is refused', async () => {
    await expect(contentIdOf([])).rejects.toThrow(RangeError);
  });
});

describe('base64', () => {
  it.each([0, 1, 2, 3, 0x7fff, 0x8000, 0x8001, 100_000])(
    'of %d bytes is what Node makes of them, and back',
    (length) => {
      const bytes = randomBytes(length);

      expect(toBase64(bytes)).toBe(bytes.toString('base64'));
      expect(Buffer.from(fromBase64(bytes.toString('base64'))).equals(bytes)).toBe(true);
    },
  );

  it('that is none is refused', () => {
    expect(() => fromBase64('!')).toThrow();
  });
});
