import type { ContractSection } from './harness.ts';
import {
  bytesOf,
  freshKey,
  outcomesOf,
  patternedBytes,
  readText,
  sha256Of,
  textOf,
  writeText,
} from './harness.ts';

const mebibyte = 1024 * 1024;

export const registerObjectContract: ContractSection = (harness, test) => {
  const store = () => harness().store;

  test('what was written is read back whole and described by its head', async () => {
    const key = freshKey();
    const bytes = patternedBytes(3000);
    const written = await store().write(key, bytes, { contentType: 'application/edf' });
    expect(written).toMatchObject({
      key,
      byteLength: 3000,
      contentType: 'application/edf',
      checksumSha256: sha256Of(bytes),
    });
    const head = await store().head({ key });
    expect(head).toMatchObject(written);
    expect(head?.createdAt).toBeInstanceOf(Date);
    expect(await store().head({ key, versionId: written.versionId })).toEqual(head);
    expect(Buffer.compare(await store().read({ key }, 0, 3000), bytes)).toBe(0);
  });

  test('a range is read from its start to before its end, and shorter only where the object ends', async () => {
    const key = freshKey();
    await writeText(store(), key, '0123456789');
    const read = async (start: number, end: number) => textOf(await store().read({ key }, start, end));
    expect(await read(2, 5)).toBe('234');
    expect(await read(7, 100)).toBe('789');
    expect(await read(3, 3)).toBe('');
    expect(await read(10, 20)).toBe('');
    expect(await read(50, 60)).toBe('');
  });

  test('a range is read into the memory of the caller, where the store offers it', async () => {
    const key = freshKey();
    await writeText(store(), key, '0123456789');
    const target = bytesOf('........');
    const read = store().readInto?.({ key }, 7, target);
    if (!read) return;
    expect(await read).toBe(3);
    expect(textOf(target)).toBe('789.....');
    const absent = store().readInto?.({ key: freshKey() }, 0, target);
    await expect(absent).rejects.toMatchObject({ code: 'object-not-found' });
  });

  test('a range that is none is refused', async () => {
    const key = freshKey();
    await writeText(store(), key, '0123456789');
    for (const [start, end] of [
      [-1, 3],
      [5, 4],
      [0.5, 3],
      [0, Number.NaN],
    ] as const) {
      await expect(store().read({ key }, start, end)).rejects.toMatchObject({ code: 'range-invalid' });
    }
  });

  test('an empty object exists', async () => {
    const key = freshKey();
    const head = await store().write(key, new Uint8Array(), { contentType: 'text/plain' });
    expect(head.byteLength).toBe(0);
    expect(head.checksumSha256).toBe(sha256Of(new Uint8Array()));
    expect((await store().read({ key }, 0, 10)).byteLength).toBe(0);
  });

  test('a missing object has no head, and reading it is refused', async () => {
    const key = freshKey();
    expect(await store().head({ key })).toBeNull();
    await expect(store().read({ key }, 0, 1)).rejects.toMatchObject({ code: 'object-not-found', key });
  });

  test('an unknown version of an object that exists is a missing one', async () => {
    const key = freshKey();
    const { versionId } = await writeText(store(), freshKey('other.edf'), 'other');
    await writeText(store(), key, 'text');
    expect(await store().head({ key, versionId })).toBeNull();
    await expect(store().read({ key, versionId }, 0, 1)).rejects.toMatchObject({ code: 'object-not-found' });
  });

  test('a second write makes a new version and leaves the first one readable', async () => {
    const key = freshKey();
    const first = await writeText(store(), key, 'first');
    const second = await writeText(store(), key, 'second');
    expect(second.versionId).not.toBe(first.versionId);
    expect(await readText(store(), key)).toBe('second');
    expect(await readText(store(), key, first.versionId)).toBe('first');
    expect((await store().head({ key }))?.versionId).toBe(second.versionId);
  });

  test('the same bytes written twice are two versions', async () => {
    const key = freshKey();
    const first = await writeText(store(), key, 'same');
    expect((await writeText(store(), key, 'same')).versionId).not.toBe(first.versionId);
  });

  test('a key may be a prefix of another key, with and without a slash', async () => {
    const key = freshKey('a');
    for (const each of [key, `${key}/b`, `${key}b`]) await writeText(store(), each, each);
    for (const each of [key, `${key}/b`, `${key}b`]) expect(await readText(store(), each)).toBe(each);
  });

  test('keys that differ, differ: every character of the grammar is kept', async () => {
    const key = freshKey('A.b_c=d-9/..e/f.');
    await writeText(store(), key, 'text');
    expect((await store().head({ key }))?.key).toBe(key);
    expect(await store().head({ key: freshKey('A.b_c=d-9/..e/g.') })).toBeNull();
  });

  test('a key as long as allowed is kept', async () => {
    const start = freshKey(`${'s'.repeat(200)}/${'t'.repeat(200)}/`);
    const key = start.padEnd(512, 'u');
    await writeText(store(), key, 'text');
    expect(await readText(store(), key)).toBe('text');
  });

  test.each([
    ['', 'empty'],
    ['/a', 'a leading slash'],
    ['a/', 'a trailing slash'],
    ['a//b', 'an empty segment'],
    ['.', 'a segment of one dot'],
    ['a/../b', 'a segment of two dots'],
    ['..', 'only two dots'],
    ['a\\b', 'a backslash'],
    ['a%2fb', 'a percent sign'],
    ['a\0b', 'a NUL'],
    ['a b', 'a space'],
    ['ä', 'a letter outside ASCII'],
    ['a\n', 'a trailing line feed'],
    ['a@1', 'an at sign'],
    [`a/${'b'.repeat(512)}`, 'more than 512 characters'],
    ['b'.repeat(201), 'a segment of more than 200 characters'],
  ])('the key %j (%s) is refused by every method', async (key) => {
    const invalid = { code: 'key-invalid' };
    const put = { key, byteLength: 1, checksumSha256: sha256Of(bytesOf('a')), contentType: 'text/plain' };
    await expect(store().head({ key })).rejects.toMatchObject(invalid);
    await expect(store().read({ key }, 0, 1)).rejects.toMatchObject(invalid);
    await expect(writeText(store(), key, 'a')).rejects.toMatchObject(invalid);
    await expect(store().createMultipart(key, 'text/plain')).rejects.toMatchObject(invalid);
    await expect(store().signPut({ ...put, expiresInSeconds: 60 })).rejects.toMatchObject(invalid);
    await expect(store().signGet({ key, versionId: '1', expiresInSeconds: 60 })).rejects.toMatchObject(
      invalid,
    );
  });

  test('writing if absent succeeds once and is refused from then on', async () => {
    const key = freshKey();
    const options = { contentType: 'text/plain', ifAbsent: true };
    await store().write(key, bytesOf('first'), options);
    await expect(store().write(key, bytesOf('second'), options)).rejects.toMatchObject({
      code: 'object-exists',
    });
    expect(await readText(store(), key)).toBe('first');
  });

  test('of many racing writers if absent exactly one wins, and its bytes are there', async () => {
    const key = freshKey();
    const texts = Array.from({ length: 12 }, (_, index) => `writer ${index}`);
    const writes = texts.map((text) =>
      store().write(key, bytesOf(text), { contentType: text, ifAbsent: true }),
    );
    const { fulfilled, refusals } = await outcomesOf(writes);
    expect(fulfilled).toBe(1);
    expect(new Set(refusals)).toEqual(new Set(['object-exists']));
    expect((await store().head({ key }))?.contentType).toBe(await readText(store(), key));
  });

  test('racing writers without a condition all make their version', async () => {
    const key = freshKey();
    const texts = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
    const heads = await Promise.all(texts.map((text) => writeText(store(), key, text)));
    expect(new Set(heads.map((head) => head.versionId)).size).toBe(8);
    const read = await Promise.all(heads.map((head) => readText(store(), key, head.versionId)));
    expect(read).toEqual(texts);
  });

  test('a streamed body is joined from its chunks', async () => {
    const key = freshKey();
    async function* chunks() {
      for (const chunk of ['one ', '', 'two ', 'three']) yield bytesOf(chunk);
    }
    const head = await store().write(key, chunks(), { contentType: 'text/plain' });
    expect(head.checksumSha256).toBe(sha256Of(bytesOf('one two three')));
    expect(await readText(store(), key)).toBe('one two three');
  });

  test('a streamed body that fails leaves nothing and passes its error on', async () => {
    const key = freshKey();
    async function* chunks() {
      yield patternedBytes(100_000);
      throw new Error('The source broke.');
    }
    await expect(store().write(key, chunks(), { contentType: 'text/plain' })).rejects.toThrow(
      'The source broke.',
    );
    expect(await store().head({ key })).toBeNull();
  });

  test('a write that is aborted leaves nothing', async () => {
    const key = freshKey();
    const controller = new AbortController();
    async function* chunks() {
      yield patternedBytes(1000);
      controller.abort(new Error('No longer wanted.'));
      yield patternedBytes(1000);
    }
    const write = store().write(key, chunks(), { contentType: 'text/plain' }, controller.signal);
    await expect(write).rejects.toBeDefined();
    expect(await store().head({ key })).toBeNull();
  });

  test('a large streamed body is written in bounded memory', async () => {
    if (!harness().isBoundedInMemory) return;
    const key = freshKey();
    const total = 192 * mebibyte;
    const chunk = patternedBytes(mebibyte);
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    async function* chunks() {
      for (let sent = 0; sent < total; sent += chunk.byteLength) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        yield chunk;
      }
    }
    const head = await store().write(key, chunks(), { contentType: 'application/edf' });
    expect(head.byteLength).toBe(total);
    expect(peak).toBeLessThan(64 * mebibyte);
    const tail = await store().read({ key }, total - 100, total);
    expect(Buffer.compare(tail, chunk.subarray(-100))).toBe(0);
  }, 60_000);

  test('a listing holds the current versions below a prefix in key order', async () => {
    const base = freshKey('list');
    const names = ['a0', 'a/b', 'a', 'a-b', 'a/b/c', 'a.b', 'B', 'b', 'a=', 'a_'];
    for (const name of names) await writeText(store(), `${base}/${name}`, 'old');
    const current = await writeText(store(), `${base}/a/b`, 'new');
    const { objects, next } = await store().list(`${base}/`);
    expect(objects.map((head) => head.key)).toEqual(names.map((name) => `${base}/${name}`).sort());
    expect(objects.find((head) => head.key === current.key)).toMatchObject(current);
    expect(next).toBeUndefined();
  });

  test('a prefix is a string, not a folder', async () => {
    const base = freshKey('pre');
    for (const name of ['ab/1', 'abc', 'ac', 'ab']) await writeText(store(), `${base}/${name}`, 'text');
    const keysBelow = async (prefix: string) => (await store().list(prefix)).objects.map((head) => head.key);
    expect(await keysBelow(`${base}/ab`)).toEqual(['ab', 'ab/1', 'abc'].map((name) => `${base}/${name}`));
    expect(await keysBelow(`${base}/ab/`)).toEqual([`${base}/ab/1`]);
    expect(await keysBelow(`${base}/x`)).toEqual([]);
    expect(await keysBelow(`${base}/ab/1/2/`)).toEqual([]);
  });

  test('a listing goes on after any key, there or not', async () => {
    const base = freshKey('after');
    for (const name of ['a', 'a/b', 'a/c', 'b']) await writeText(store(), `${base}/${name}`, 'text');
    const keysAfter = async (after: string) =>
      (await store().list(`${base}/`, `${base}/${after}`)).objects.map((head) =>
        head.key.slice(base.length + 1),
      );
    expect(await keysAfter('a')).toEqual(['a/b', 'a/c', 'b']);
    expect(await keysAfter('a/b')).toEqual(['a/c', 'b']);
    expect(await keysAfter('a/bb')).toEqual(['a/c', 'b']);
    expect(await keysAfter('b')).toEqual([]);
  });

  test('more than a thousand objects are listed in pages, each exactly once', async () => {
    const base = freshKey('pages');
    const keys = Array.from({ length: 1005 }, (_, index) => `${base}/${index % 7}/${index}`).sort();
    for (let start = 0; start < keys.length; start += 67) {
      await Promise.all(keys.slice(start, start + 67).map((key) => writeText(store(), key, key)));
    }
    const first = await store().list(`${base}/`);
    expect(first.objects).toHaveLength(1000);
    const second = await store().list(`${base}/`, first.next);
    expect(second.next).toBeUndefined();
    expect([...first.objects, ...second.objects].map((head) => head.key)).toEqual(keys);
  }, 60_000);

  test('deleting versions takes every version below the prefix and nothing else', async () => {
    const base = freshKey('delete');
    const old = await writeText(store(), `${base}/t1/a`, 'old');
    for (const name of ['t1/a', 't1/b/c', 't10/a', 't2/a'])
      await writeText(store(), `${base}/${name}`, 'text');
    expect(await store().deleteVersions(`${base}/t1/`)).toBe(3);
    const left = (await store().list(`${base}/`)).objects.map((head) => head.key);
    expect(left).toEqual([`${base}/t10/a`, `${base}/t2/a`]);
    expect(await store().head({ key: old.key, versionId: old.versionId })).toBeNull();
    expect(await store().deleteVersions(`${base}/t1/`)).toBe(0);
  });

  test('a deletion without a prefix is refused', async () => {
    await expect(store().deleteVersions('')).rejects.toMatchObject({ code: 'key-invalid' });
  });

  test('a key whose versions were deleted is absent again, and its old version ids stay dead', async () => {
    const key = freshKey();
    const old = await writeText(store(), key, 'old');
    await store().deleteVersions(key);
    const head = await store().write(key, bytesOf('new'), { contentType: 'text/plain', ifAbsent: true });
    expect(head.versionId).not.toBe(old.versionId);
    expect(await store().head({ key, versionId: old.versionId })).toBeNull();
    expect(await readText(store(), key)).toBe('new');
  });
};
