import { collectParts, partBytesOf } from './part-buffer.ts';

async function* chunksOf(lengths: readonly number[]) {
  let value = 0;
  for (const length of lengths) yield new Uint8Array(length).map(() => (value += 1));
}

async function partsOf(lengths: readonly number[], partBytes: number) {
  const parts: { partNumber: number; bytes: number[]; isLast: boolean }[] = [];
  for await (const part of collectParts(chunksOf(lengths), partBytes))
    parts.push({ ...part, bytes: [...part.bytes] });
  return parts;
}

test.each([
  [[], [[]]],
  [[0, 0], [[]]],
  [[3], [[1, 2, 3]]],
  [[4], [[1, 2, 3, 4]]],
  [[5], [[1, 2, 3, 4], [5]]],
  [
    [1, 2, 1, 3, 1],
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
  ],
  [[9], [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
])(
  'chunks of %j bytes are cut into parts of four, none of them empty but an only one',
  async (lengths, expected) => {
    const parts = await partsOf(lengths, 4);
    expect(parts.map((part) => part.bytes)).toEqual(expected);
    expect(parts.map((part) => part.partNumber)).toEqual(expected.map((_, index) => index + 1));
    expect(parts.map((part) => part.isLast)).toEqual(
      expected.map((_, index) => index === expected.length - 1),
    );
  },
);

test('a part holds while the next one fills', async () => {
  const parts = collectParts(chunksOf([4, 4, 4]), 4);
  const first = (await parts.next()).value!;
  await parts.next();
  expect([...first.bytes]).toEqual([1, 2, 3, 4]);
});

test('ten thousand parts that begin with 8 MiB hold the largest object S3 takes', () => {
  let total = 0;
  for (let number = 1; number <= 10_000; number += 1) total += partBytesOf(number, 8 * 2 ** 20);
  expect(total).toBeGreaterThan(5 * 2 ** 40);
  expect(partBytesOf(1000, 8)).toBe(8);
  expect(partBytesOf(1001, 8)).toBe(16);
});
