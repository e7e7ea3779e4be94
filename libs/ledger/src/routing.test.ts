import { createRouting, onePool } from './routing.ts';

const MiB = 1024 ** 2;
const settings = { bytesPerSecond: 10 * MiB, tinySeconds: 2, smallSeconds: 480, largeSeconds: 3_600 };

test.each([
  [0, 'tiny'],
  [20 * MiB, 'tiny'],
  [20 * MiB + 1, 'small'],
  [4_800 * MiB, 'small'],
  [4_800 * MiB + 1, 'large'],
  [36_000 * MiB, 'large'],
  [36_000 * MiB + 1, 'huge'],
])('A recording of %d bytes goes to the pool %s', (byteLength, pool) => {
  expect(createRouting(settings)(byteLength)).toBe(pool);
});

test('Where nothing is tiny, the smallest is small', () => {
  expect(createRouting({ ...settings, tinySeconds: 0 })(0)).toBe('small');
});

test('With one pool everything is small', () => {
  expect(createRouting(onePool)(64 * 1024 * 1024 * MiB)).toBe('small');
});
