import { BlockMemory } from './block-memory.ts';

test('memory is given again under the same name, filled, and apart from that of other names', () => {
  const memory = new BlockMemory();
  const first = memory.filled('a', 4, 7);
  first[0] = 1;
  const other = memory.filled('b', 4, 5);
  const again = memory.filled('a', 3, 8);
  expect([...again]).toEqual([8, 8, 8]);
  expect(again.buffer).toBe(first.buffer);
  expect([...other]).toEqual([5, 5, 5, 5]);
  expect(memory.filled('a', 5, 0)).toHaveLength(5);
});
