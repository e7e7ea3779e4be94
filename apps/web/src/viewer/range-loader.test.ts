import { LruCache } from './lru-cache.ts';
import { joinNeighbours, RangeLoader } from './range-loader.ts';

const piece = (at: number) => ({ key: `p${at}`, start: at * 10, end: at * 10 + 10 });

function fakeSource() {
  const asked: { start: number; end: number; signal?: AbortSignal; answer: () => void }[] = [];
  return {
    asked,
    byteLength: 1000,
    slice(start: number, end: number, signal?: AbortSignal) {
      return new Promise<Uint8Array>((resolve, reject) => {
        asked.push({ start, end, signal, answer: () => resolve(new Uint8Array(end - start).fill(start)) });
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('neighbours are joined up to the longest request', () => {
  const groups = joinNeighbours([piece(1), piece(0), piece(3), piece(4), piece(5)], 20);
  expect(groups.map((group) => group.map(({ key }) => key))).toEqual([['p0', 'p1'], ['p3', 'p4'], ['p5']]);
});

test('pieces that are cached or under way are not asked for again', async () => {
  const source = fakeSource();
  const cache = new LruCache<Uint8Array>(1000);
  const loader = new RangeLoader(source, cache);
  const first = loader.want([piece(0), piece(1)]);
  const second = loader.want([piece(1)]);
  await turn();
  expect(source.asked.map(({ start, end }) => [start, end])).toEqual([[0, 20]]);
  source.asked[0]!.answer();
  await Promise.all([first, second]);
  expect(cache.get('p1')).toHaveLength(10);
  await loader.want([piece(0)]);
  expect(source.asked).toHaveLength(1);
});

test('what nobody wants any more is aborted', async () => {
  const source = fakeSource();
  const loader = new RangeLoader(source, new LruCache<Uint8Array>(1000));
  const stale = loader.want([piece(0)]).catch((error: Error) => error.name);
  await turn();
  const fresh = loader.want([piece(5)]);
  await turn();
  expect(await stale).toBe('AbortError');
  source.asked[1]!.answer();
  await fresh;
});

test('pages ahead are asked for after the page itself', async () => {
  const source = fakeSource();
  const cache = new LruCache<Uint8Array>(1000);
  const loader = new RangeLoader(source, cache);
  const wanted = loader.want([piece(0)], [piece(1)]);
  await turn();
  expect(source.asked).toHaveLength(1);
  source.asked[0]!.answer();
  await wanted;
  await turn();
  expect(source.asked[1]).toMatchObject({ start: 10 });
});
