import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ledgerStoreContract } from './ledger-store.contract.ts';
import type { Item, LedgerStore, Write } from './ledger-store.ts';
import { StoreUnavailable, WriteConflict } from './ledger-store.ts';
import { openSqliteLedgerStore } from './sqlite-store.ts';

const makeFolder = () => mkdtempSync(join(tmpdir(), 'ledger-'));
const removeFolder = (folder: string) => rmSync(folder, { recursive: true, force: true });

ledgerStoreContract('sqlite', async () => {
  const folder = makeFolder();
  const store = openSqliteLedgerStore(join(folder, 'ledger.db'));
  return {
    store,
    dispose: async () => {
      store.close();
      removeFolder(folder);
    },
  };
});

const itemOf = (sk: string, change: Partial<Item> = {}): Item => ({
  pk: 'P',
  sk,
  version: 1,
  writer: 'w1',
  indexes: { due: { partition: 'DUE', sort: sk } },
  data: {},
  ...change,
});
const create = (item: Item): Write => ({ kind: 'put', item, expect: 'absent' });
const countOf = async (store: LedgerStore, index: 'primary' | 'due') =>
  (await store.query({ index, partition: index === 'primary' ? 'P' : 'DUE', limit: 100_000 })).length;

describe('the SQLite store', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = makeFolder();
    path = join(folder, 'ledger.db');
  });
  afterEach(() => removeFolder(folder));

  it('has everything again when it is closed and opened', async () => {
    const before = openSqliteLedgerStore(path);
    await before.write([create(itemOf('A', { data: { n: 1 } })), create(itemOf('B'))]);
    before.close();
    const store = openSqliteLedgerStore(path);
    expect(await store.get({ pk: 'P', sk: 'A' })).toEqual(itemOf('A', { data: { n: 1 } }));
    expect(await countOf(store, 'due')).toBe(2);
    store.close();
  });

  it('commits what was being written when it is closed', async () => {
    const before = openSqliteLedgerStore(path);
    const writing = before.write([create(itemOf('A'))]);
    before.close();
    await writing;
    const store = openSqliteLedgerStore(path);
    expect(await store.get({ pk: 'P', sk: 'A' })).toEqual(itemOf('A'));
    store.close();
  });

  it('drops items whose time has passed, out of every index, and leaves the others', async () => {
    const store = openSqliteLedgerStore(path);
    const now = new Date('2026-01-01T00:00:10.000Z');
    const seconds = now.getTime() / 1000;
    await store.write([
      create(itemOf('past', { expiresAt: seconds - 1 })),
      create(itemOf('now', { expiresAt: seconds })),
      create(itemOf('future', { expiresAt: seconds + 1 })),
      create(itemOf('for ever')),
    ]);
    expect(store.dropExpired(now)).toBe(1);
    expect(store.dropExpired(now)).toBe(0);
    const left = await store.query({ index: 'due', partition: 'DUE', limit: 10 });
    expect(left.map(({ sk }) => sk)).toEqual(['for ever', 'future', 'now']);
    store.close();
  });

  it('keeps its conditions between two connections to one file', async () => {
    const [one, other] = [openSqliteLedgerStore(path), openSqliteLedgerStore(path)];
    await one.write([create(itemOf('A'))]);
    expect(await other.get({ pk: 'P', sk: 'A' })).toEqual(itemOf('A'));
    await other.write([{ kind: 'put', item: itemOf('A', { version: 2, writer: 'w2' }), expect: 1 }]);
    const late = one.write([{ kind: 'put', item: itemOf('A', { version: 2, writer: 'w3' }), expect: 1 }]);
    await expect(late).rejects.toBeInstanceOf(WriteConflict);
    expect((await one.get({ pk: 'P', sk: 'A' }))?.writer).toBe('w2');
    one.close();
    other.close();
  });

  it('reports a database that fails as unavailable, for reads too', async () => {
    const store = openSqliteLedgerStore(path);
    store.close();
    const broken = openSqliteLedgerStore(path);
    const { DatabaseSync } = await import('node:sqlite');
    const saboteur = new DatabaseSync(path);
    saboteur.exec('DROP TABLE index_entry; DROP TABLE item;');
    saboteur.close();
    const attempts = [
      () => broken.get({ pk: 'P', sk: 'A' }),
      () => broken.write([create(itemOf('A'))]),
      () => broken.query({ index: 'due', partition: 'DUE', limit: 1 }),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'store-unavailable' });
    broken.close();
  });

  it('does not disguise a mistake of the caller as a failing store, and undoes what came before it', async () => {
    const store = openSqliteLedgerStore(path);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    const error = await store
      .write([create(itemOf('A')), create(itemOf('loop', { data: loop }))])
      .catch((caught: unknown) => caught);
    expect(error).not.toBeInstanceOf(StoreUnavailable);
    await store.write([create(itemOf('B'))]);
    expect(await countOf(store, 'primary')).toBe(1);
    store.close();
  });

  it.each([1, 2, 3, 4, 5])(
    'has all of a transaction or nothing when its process is killed (%d)',
    async (round) => {
      const script = fileURLToPath(new URL('./test-support/endless-writer.ts', import.meta.url));
      const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      let reported = 0;
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        reported = Number(chunk.toString().trim().split('\n').at(-1));
        if (reported >= 3 * round && child.signalCode === null) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const store = openSqliteLedgerStore(path);
      const items = await store.query({ index: 'primary', partition: 'P', limit: 100_000 });
      const perTransaction = Map.groupBy(items, ({ writer }) => writer);
      expect(child.signalCode).toBe('SIGKILL');
      expect(perTransaction.size).toBeGreaterThanOrEqual(reported);
      expect(new Set([...perTransaction.values()].map(({ length }) => length))).toEqual(new Set([100]));
      expect(await countOf(store, 'due')).toBe(items.length);
      store.close();
    },
  );

  it('reports a full disk as such, keeps what it has, and goes on when there is room again', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
    if (mounted.status !== 0) {
      if (process.env.CI) throw new Error('the test of a full disk needs the right to mount a tmpfs');
      console.warn('SKIPPED: the test of a full disk needs root, to mount a tmpfs');
      return;
    }
    const store = openSqliteLedgerStore(join(disk, 'ledger.db'));
    try {
      let written = 0;
      const fill = async () => {
        for (; written < 1_000; written++)
          await store.write([create(itemOf(`${written}`, { data: 'x'.repeat(5_000) }))]);
      };
      await expect(fill()).rejects.toMatchObject({ name: 'StoreUnavailable', code: 'store-full' });
      expect(written).toBeGreaterThan(0);
      expect(await countOf(store, 'primary')).toBe(written);
      expect(await countOf(store, 'due')).toBe(written);
      expect(spawnSync('mount', ['-o', 'remount,size=4m', disk]).status).toBe(0);
      await store.write([create(itemOf('after'))]);
      expect(await countOf(store, 'due')).toBe(written + 1);
    } finally {
      store.close();
      spawnSync('umount', [disk]);
    }
  });
});
