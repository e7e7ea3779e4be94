import { LruCache } from './lru-cache.ts';

test('the value used longest ago leaves first', () => {
  const cache = new LruCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  cache.get('a');
  cache.set('c', 'C', 4);
  expect([cache.has('a'), cache.has('b'), cache.has('c')]).toEqual([true, false, true]);
  expect(cache.bytes).toBe(8);
});

test('a value set again replaces itself and is counted once', () => {
  const cache = new LruCache<number>(10);
  cache.set('a', 1, 6);
  cache.set('a', 2, 3);
  expect(cache.get('a')).toBe(2);
  expect(cache.bytes).toBe(3);
});

test('a value larger than the cache is kept until the next one', () => {
  const cache = new LruCache<number>(10);
  cache.set('big', 1, 50);
  expect(cache.get('big')).toBe(1);
  cache.set('small', 2, 1);
  expect(cache.has('big')).toBe(false);
});
