import { untilAborted } from './until-aborted.ts';

async function* silentAfter(...items: string[]): AsyncGenerator<string> {
  yield* items;
  await new Promise(() => {});
}

async function collect(
  source: AsyncIterable<string>,
  onItem: (item: string) => void = () => {},
): Promise<string[]> {
  const items: string[] = [];
  for await (const item of source) {
    items.push(item);
    onItem(item);
  }
  return items;
}

test('an abort ends the wait for a source that is silent', async () => {
  const controller = new AbortController();
  const collecting = collect(untilAborted(silentAfter('a'), controller.signal));
  setImmediate(() => controller.abort(new Error('Enough.')));
  await expect(collecting).rejects.toThrow('Enough.');
});

test('an abort while an item is looked at ends the passing on', async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  const collecting = collect(untilAborted(silentAfter('a', 'b'), controller.signal), (item) => {
    seen.push(item);
    controller.abort(new Error('Enough.'));
  });
  await expect(collecting).rejects.toThrow('Enough.');
  expect(seen).toEqual(['a']);
});

test('a consumer that stops lets the source clean up', async () => {
  let isClean = false;
  async function* source() {
    try {
      yield 'a';
      yield 'b';
    } finally {
      isClean = true;
    }
  }
  for await (const _ of untilAborted(source(), new AbortController().signal)) break;
  expect(isClean).toBe(true);
});
