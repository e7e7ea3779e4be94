import { createMemoryStore } from '@edf-pipeline/storage/memory';
import { createResultWriter } from './result-writer.ts';
import { sha256Hex } from './test-support/world.ts';

const PREFIX = 'results/acme/job_1/1/';
const bytes = (text: string) => new TextEncoder().encode(text);
async function* chunks(...texts: string[]) {
  for (const text of texts) yield bytes(text);
}

describe('the writer of a result', () => {
  it('remembers of each file what the manifest must say: size, checksum, type and version', async () => {
    const store = createMemoryStore();
    const writer = createResultWriter(store, PREFIX);
    await writer.write('report.json', bytes('{}'));

    expect(writer.files()).toEqual([
      {
        name: 'report.json',
        schemaVersion: 1,
        contentType: 'application/json',
        byteLength: 2,
        sha256: sha256Hex(bytes('{}')),
      },
    ]);
    expect(await store.head({ key: `${PREFIX}report.json` })).toMatchObject({
      byteLength: 2,
      contentType: 'application/json',
    });
  });

  it('hashes a stream as it is stored, whatever its chunks', async () => {
    const store = createMemoryStore();
    const [whole, pieces] = [createResultWriter(store, PREFIX), createResultWriter(store, PREFIX)];
    await whole.write('overview.bin', bytes('abcdef'));
    await pieces.write('overview.bin', chunks('ab', '', 'cdef'));
    const stored = await store.read({ key: `${PREFIX}overview.bin` }, 0, 99);

    expect(pieces.files()).toEqual(whole.files());
    expect(pieces.files()[0]?.sha256).toBe(sha256Hex(stored));
  });

  it('lists the files by name, in whatever order they were written', async () => {
    const writer = createResultWriter(createMemoryStore(), PREFIX);
    for (const name of ['statistics.parquet', 'report.json', 'overview.index', 'annotations.parquet'])
      await writer.write(name, bytes(name));

    expect(writer.files().map(({ name }) => name)).toEqual([
      'annotations.parquet',
      'overview.index',
      'report.json',
      'statistics.parquet',
    ]);
  });

  it.each(['other.json', '../report.json', 'manifest.json', ''])(
    'writes no file that no result has (%j)',
    async (name) => {
      const store = createMemoryStore();

      await expect(createResultWriter(store, PREFIX).write(name, bytes('x'))).rejects.toThrow(RangeError);
      expect((await store.list('')).objects).toEqual([]);
    },
  );

  it('does not list what could not be written', async () => {
    const store = createMemoryStore();
    const writer = createResultWriter({ write: () => Promise.reject(new Error('disk full')) }, PREFIX);
    await expect(writer.write('report.json', bytes('{}'))).rejects.toThrow('disk full');
    const failing = createResultWriter(store, PREFIX);
    const body = async function* () {
      yield bytes('ab');
      throw new Error('source gone');
    };
    await expect(failing.write('overview.bin', body())).rejects.toThrow('source gone');

    expect([...writer.files(), ...failing.files()]).toEqual([]);
    expect(await store.head({ key: `${PREFIX}overview.bin` })).toBeNull();
  });

  it('stops when it is asked to', async () => {
    const writer = createResultWriter(createMemoryStore(), PREFIX, AbortSignal.abort(new Error('stopped')));

    await expect(writer.write('report.json', bytes('{}'))).rejects.toThrow('stopped');
  });
});
