import { createSlots } from './slots.ts';

test('a large task waits for all places and is not passed by small ones', async () => {
  const slots = createSlots(4);
  const order: string[] = [];
  const release: (() => void)[] = [];
  const task = (name: string, count: number) =>
    slots.hold(count, () => {
      order.push(name);
      return new Promise<void>((resolve) => release.push(resolve));
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const all = [task('small 1', 1), task('large', 99), task('small 2', 1)];
  await settled();
  expect(order).toEqual(['small 1']);
  for (let i = 0; i < 3; i++) {
    release[i]!();
    await settled();
  }
  await Promise.all(all);
  expect(order).toEqual(['small 1', 'large', 'small 2']);
});
