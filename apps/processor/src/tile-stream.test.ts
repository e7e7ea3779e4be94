import { createTileStream } from './tile-stream.ts';

const tile = (value: number) => Uint8Array.of(value);
const turn = () => new Promise(setImmediate);

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await turn();
  return settled;
}

async function readAll(tiles: AsyncIterable<Uint8Array>): Promise<number[]> {
  const values: number[] = [];
  for await (const [value] of tiles) values.push(value ?? -1);
  return values;
}

describe('a stream of tiles', () => {
  it('gives every tile to its reader once, in order, and ends when it was ended', async () => {
    const stream = createTileStream();
    const reading = readAll(stream.tiles);
    for (let value = 0; value < 5; value++) {
      stream.push(tile(value));
      if (value % 2) await stream.drained();
    }
    stream.end();

    expect(await reading).toEqual([0, 1, 2, 3, 4]);
  });

  it('ended at once has no tile', async () => {
    const stream = createTileStream();
    stream.end();

    expect(await readAll(stream.tiles)).toEqual([]);
  });

  it('makes its writer wait until the reader has taken all', async () => {
    const stream = createTileStream();
    const reader = stream.tiles[Symbol.asyncIterator]();
    stream.push(tile(1));
    stream.push(tile(2));
    const drained = stream.drained();
    expect(await isSettled(drained)).toBe(false);
    await reader.next();
    expect(await isSettled(drained)).toBe(false);
    await reader.next();
    void reader.next();

    expect(await isSettled(drained)).toBe(true);
  });

  it('with nothing in it makes nobody wait', async () => {
    expect(await isSettled(createTileStream().drained())).toBe(true);
  });

  it('whose reader fails tells its writer why, waiting or coming later', async () => {
    const stream = createTileStream();
    stream.push(tile(1));
    const waiting = stream.drained();
    stream.fail(new Error('disk full'));
    stream.fail(new Error('later'));

    await expect(waiting).rejects.toThrow('disk full');
    await expect(stream.drained()).rejects.toThrow('disk full');
  });
});
