import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, outcomesOf, readText, writeText } from '../contract/harness.ts';
import { createFileStore } from './file-store.ts';
import { serveFileStore } from './test-support/served-file-store.ts';
import type { ServedFileStore } from './test-support/served-file-store.ts';

let served: ServedFileStore;
beforeEach(async () => {
  served = await serveFileStore();
});
afterEach(() => served.dispose());

const another = () =>
  createFileStore({ root: served.root, publicUrl: () => '', signingKey: new Uint8Array(32) });

test('of writers in several stores on one root exactly one wins if absent', async () => {
  const stores = [served.store, another(), another(), another()];
  for (let round = 0; round < 20; round += 1) {
    const key = `race/${round}`;
    const { fulfilled, refusals } = await outcomesOf(
      stores.map((store, index) =>
        store.write(key, bytesOf(`${index}`), { contentType: `${index}`, ifAbsent: true }),
      ),
    );
    expect(fulfilled).toBe(1);
    expect(refusals).toEqual(['object-exists', 'object-exists', 'object-exists']);
    expect(await readText(served.store, key)).toBe((await served.store.head({ key }))?.contentType);
  }
});

test('writes that race with deletions of their prefix all succeed', async () => {
  const other = another();
  let isWriting = true;
  const deleting = (async () => {
    let deleted = 0;
    while (isWriting) deleted += await other.deleteVersions('race/');
    return deleted;
  })();
  const writers = ['a', 'a', 'b/c', 'd/e/f'].map(async (name) => {
    for (let count = 0; count < 25; count += 1) await writeText(served.store, `race/${name}`, 'text');
  });
  await Promise.all(writers).finally(() => (isWriting = false));
  const deleted = (await deleting) + (await other.deleteVersions('race/'));
  expect(deleted).toBe(100);
  expect(await readdir(join(served.root, 'objects'))).toEqual([]);
});

test('recovery removes what was half done and keeps objects and unfinished uploads', async () => {
  await writeText(served.store, 'kept', 'text');
  const { multipartId } = await served.store.createMultipart('upload', 'text/plain');
  const leftOver = join(served.root, 'temporary', 'left-over');
  await mkdir(leftOver);
  await writeFile(join(leftOver, 'data'), 'half');
  await another().recover();
  expect(await readdir(join(served.root, 'temporary'))).toEqual([]);
  expect(await readText(served.store, 'kept')).toBe('text');
  expect(await served.store.listParts('upload', multipartId)).toEqual([]);
  expect(await another().unfinishedUploads()).toEqual([{ key: 'upload', multipartId }]);
  await served.store.abortMultipart('upload', multipartId);
  expect(await another().unfinishedUploads()).toEqual([]);
});

test('a store works without recovery on a root that does not exist yet', async () => {
  const root = join(served.root, 'new', 'root');
  const store = createFileStore({ root, publicUrl: () => '', signingKey: new Uint8Array(32) });
  expect((await store.list('')).objects).toEqual([]);
  expect(await store.deleteVersions('a')).toBe(0);
  await writeText(store, 'a/b', 'text');
  expect(await readText(store, 'a/b')).toBe('text');
});

test('a signing key of less than 32 bytes is refused', () => {
  expect(() => createFileStore({ root: '/', publicUrl: () => '', signingKey: new Uint8Array(31) })).toThrow(
    RangeError,
  );
});

test('a damaged head is reported, not taken for an absent object', async () => {
  await writeText(served.store, 'a', 'text');
  const file = join(served.root, 'objects', 'a@1');
  await writeFile(file, (await readFile(file, 'utf8')).replace('{"layout"', '{"layout '));
  await expect(served.store.head({ key: 'a' })).rejects.toMatchObject({ code: 'storage-unavailable' });
});

test.each(['its start', 'its end'])(
  'a file that lost bytes at %s is reported, not read short',
  async (place) => {
    await writeText(served.store, 'a', 'text');
    const file = join(served.root, 'objects', 'a@1');
    const bytes = await readFile(file);
    await writeFile(file, place === 'its start' ? bytes.subarray(2) : bytes.subarray(0, -2));
    await expect(readText(served.store, 'a')).rejects.toMatchObject({ code: 'storage-unavailable' });
  },
);
