import { SINGLE_PUT_MAX_BYTES, partByteLengthFor, partRangesFor } from './part-size.ts';

const MiB = 1024 ** 2;
const TiB = 1024 ** 4;

describe('the part size of a file', () => {
  // Frozen: a change of any row would give files another content id.
  it.each([
    [1, 1, 1],
    [SINGLE_PUT_MAX_BYTES - 1, SINGLE_PUT_MAX_BYTES - 1, 1],
    [64 * MiB, 64 * MiB, 1],
    [64 * MiB + 1, 16 * MiB, 5],
    [80 * MiB, 16 * MiB, 5],
    [80 * MiB + 1, 16 * MiB, 6],
    [9_000 * 16 * MiB, 16 * MiB, 9_000],
    [9_000 * 16 * MiB + 1, 17 * MiB, 8_471],
    [1 * TiB, 117 * MiB, 8_963],
    [5 * TiB, 583 * MiB, 8_993],
    [10 * TiB, 1_166 * MiB, 8_993],
  ])('of %d bytes is %d, which makes %d parts', (byteLength, partByteLength, partCount) => {
    expect(partByteLengthFor(byteLength)).toBe(partByteLength);
    expect(partRangesFor(byteLength)).toHaveLength(partCount);
  });

  it('keeps the number of parts within what S3 takes, for sizes all over the scale', () => {
    for (let byteLength = 1; byteLength <= 10 * TiB; byteLength = Math.floor(byteLength * 1.37) + 1) {
      expect(Math.ceil(byteLength / partByteLengthFor(byteLength))).toBeLessThanOrEqual(10_000);
    }
  });
});

describe('the parts of a file', () => {
  it.each([1, 1_000, 64 * MiB, 64 * MiB + 1, 80 * MiB, 100 * MiB + 7, 150_000 * MiB + 1])(
    'of %d bytes follow one another without gap or overlap, from its first byte to its last',
    (byteLength) => {
      const ranges = partRangesFor(byteLength);
      let at = 0;
      ranges.forEach(({ partNumber, start, end }, index) => {
        expect([partNumber, start]).toEqual([index + 1, at]);
        expect(end).toBeGreaterThan(start);
        at = end;
      });
      expect(at).toBe(byteLength);
    },
  );

  it('are all of one length but the last, which is no longer', () => {
    const lengths = partRangesFor(100 * MiB + 7).map(({ start, end }) => end - start);

    expect(new Set(lengths.slice(0, -1))).toEqual(new Set([16 * MiB]));
    expect(lengths.at(-1)).toBe(4 * MiB + 7);
  });
});
