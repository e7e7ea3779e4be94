import { createMemoryStore } from '@edf-pipeline/storage/memory';
import { objectSource } from './object-source.ts';
import { createReadAhead } from './read-ahead.ts';

const STRETCH = 1_000;

const patterned = (byteLength: number) =>
  Uint8Array.from({ length: byteLength }, (_, index) => index * 7 + (index >> 8));

/** Reads of an object in memory, noted; the object may be shorter than it was said to be. */
function readsOf(object: Uint8Array) {
  const reads: string[] = [];
  const readInto = async (start: number, target: Uint8Array) => {
    const bytes = object.subarray(start, start + target.byteLength);
    reads.push(`${start}+${target.byteLength}`);
    await Promise.resolve();
    target.set(bytes);
    return bytes.byteLength;
  };
  return { reads, readInto };
}

async function readAll(byteLength: number, blockBytes: number, from = 0) {
  const object = patterned(byteLength);
  const { reads, readInto } = readsOf(object);
  const lend = createReadAhead(readInto, byteLength, STRETCH);
  const pieces: Buffer[] = [];
  for (let start = from; start < byteLength; start += blockBytes)
    pieces.push(Buffer.from(await lend(start, Math.min(byteLength, start + blockBytes))));
  return { reads, isRight: Buffer.concat(pieces).equals(object.subarray(from)) };
}

describe('reading ahead', () => {
  it.each([1, 7, 100, 249, 250, 251, 333, 999, 1_000, 1_001, 2_500, 9_999])(
    'gives in blocks of %d bytes what is there',
    async (blockBytes) => {
      expect((await readAll(9_999, blockBytes)).isRight).toBe(true);
      expect((await readAll(9_999, blockBytes, 256)).isRight).toBe(true);
    },
  );

  it('asks for each stretch once, whatever the blocks', async () => {
    expect((await readAll(3_456, 90)).reads).toEqual(['0+1000', '1000+1000', '2000+1000', '3000+456']);
  });

  it('asks for no more than there is of an object shorter than a stretch', async () => {
    expect((await readAll(300, 90, 40)).reads).toEqual(['40+260']);
  });

  it('has the next stretch on its way while a block is worked on', async () => {
    const { reads, readInto } = readsOf(patterned(3_000));
    const lend = createReadAhead(readInto, 3_000, STRETCH);
    await lend(0, 10);

    expect(reads).toEqual(['0+1000', '1000+1000']);
  });

  it('reads at once what is longer than a stretch', async () => {
    expect((await readAll(5_000, 2_500)).reads).toEqual(['0+2500', '2500+2500']);
  });

  it('goes to wherever it is sent', async () => {
    const object = patterned(20_000);
    const lend = createReadAhead(readsOf(object).readInto, object.byteLength, STRETCH);
    for (const [start, end] of [
      [0, 100],
      [15_000, 15_300],
      [15_300, 16_200],
      [200, 1_199],
      [19_900, 20_000],
      [19_000, 20_000],
      [500, 500],
    ] as const)
      expect(Buffer.from(await lend(start, end)).equals(object.subarray(start, end))).toBe(true);
  });

  it('ends where the object ends, though it was said to be longer', async () => {
    const lend = createReadAhead(readsOf(patterned(1_500)).readInto, 4_000, STRETCH);

    expect((await lend(900, 1_200)).byteLength).toBe(300);
    expect((await lend(1_200, 1_800)).byteLength).toBe(300);
    expect((await lend(1_800, 2_400)).byteLength).toBe(0);
  });

  it('fails where a stretch on its way has failed, and reads it again when asked again', async () => {
    const { readInto } = readsOf(patterned(3_000));
    let failures = 1;
    const lend = createReadAhead(
      async (start, target) => {
        if (start >= 1_000 && failures-- > 0) throw new Error('cut');
        return readInto(start, target);
      },
      3_000,
      STRETCH,
    );
    await lend(0, 900);

    await expect(lend(900, 1_200)).rejects.toThrow('cut');
    expect(Buffer.from(await lend(900, 1_200)).equals(patterned(3_000).subarray(900, 1_200))).toBe(true);
  });
});

describe('a stored object that is read in stretches', () => {
  it('is asked for once when it is shorter than one: its header comes with its blocks', async () => {
    const store = createMemoryStore();
    const bytes = patterned(900);
    const { versionId } = await store.write('source/t/u/source.edf', bytes, { contentType: 'x' });
    const { reads, readInto } = readsOf(bytes);
    const object = { key: 'source/t/u/source.edf', versionId, byteLength: 900 };
    const source = objectSource(
      { read: store.read, readInto: (_ref, start, target) => readInto(start, target), stretchBytes: STRETCH },
      object,
    );
    const start = await source.slice(0, 2);
    const header = await source.slice(0, 256);
    const block = Buffer.from(await source.lend(256, 900));

    expect(reads).toEqual(['0+900']);
    expect([start.byteLength, Buffer.from(header).equals(bytes.subarray(0, 256))]).toEqual([2, true]);
    expect(block.equals(bytes.subarray(256))).toBe(true);
  });

  it('is read where it is asked for behind the first stretch', async () => {
    const store = createMemoryStore();
    const bytes = patterned(5_000);
    const { versionId } = await store.write('source/t/u/source.edf', bytes, { contentType: 'x' });
    const object = { key: 'source/t/u/source.edf', versionId, byteLength: 5_000 };
    const source = objectSource({ ...store, stretchBytes: STRETCH }, object);

    expect(Buffer.from(await source.slice(4_000, 4_100)).equals(bytes.subarray(4_000, 4_100))).toBe(true);
  });
});
