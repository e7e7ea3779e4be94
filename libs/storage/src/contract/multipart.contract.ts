import { createHash } from 'node:crypto';
import type { UploadedPart } from '../object-store.ts';
import type { ContractSection } from './harness.ts';
import {
  bytesOf,
  describePart,
  freshKey,
  outcomesOf,
  patternedBytes,
  readText,
  sendPart,
  sha256Of,
  writeText,
} from './harness.ts';

const options = { ifAbsent: true };

export const registerMultipartContract: ContractSection = (harness, test) => {
  const store = () => harness().store;
  const begin = async (key: string) => (await store().createMultipart(key, 'application/edf')).multipartId;
  const bigPart = (seed: number) => patternedBytes(harness().minimumPartBytes + seed, seed);

  /** A multipart upload of two parts that have both arrived. */
  async function uploadTwoParts(key: string) {
    const multipartId = await begin(key);
    const bytes = [bigPart(1), patternedBytes(10, 2)];
    const parts: UploadedPart[] = [];
    for (const [index, each] of bytes.entries()) {
      parts.push(await sendPart(harness(), key, multipartId, index + 1, each));
    }
    return { multipartId, parts, bytes: Buffer.concat(bytes) };
  }

  test('parts sent in any order become one object with the composite checksum', async () => {
    const key = freshKey();
    const multipartId = await begin(key);
    const bytes = [bigPart(1), bigPart(2), patternedBytes(5, 3)];
    const parts: UploadedPart[] = [];
    for (const number of [3, 1, 2]) {
      parts[number - 1] = await sendPart(harness(), key, multipartId, number, bytes[number - 1]!);
    }
    expect(await store().listParts(key, multipartId)).toEqual(parts);
    expect(await store().head({ key })).toBeNull();

    const head = await store().completeMultipart(key, multipartId, parts, options);
    const whole = Buffer.concat(bytes);
    const digests = createHash('sha256');
    for (const each of bytes) digests.update(createHash('sha256').update(each).digest());
    expect(head).toMatchObject({
      key,
      byteLength: whole.byteLength,
      contentType: 'application/edf',
      checksumSha256: `${digests.digest('base64')}-3`,
    });
    expect(await store().head({ key })).toEqual(head);
    expect(Buffer.compare(await store().read({ key }, 0, whole.byteLength), whole)).toBe(0);
    const [start, end] = [bytes[0]!.byteLength - 3, bytes[0]!.byteLength + 4];
    expect(Buffer.compare(await store().read({ key }, start, end), whole.subarray(start, end))).toBe(0);
  });

  test('a single part is enough, however small', async () => {
    const key = freshKey();
    const multipartId = await begin(key);
    const part = await sendPart(harness(), key, multipartId, 1, bytesOf('x'));
    expect((await store().completeMultipart(key, multipartId, [part], options)).byteLength).toBe(1);
  });

  test('a part sent again counts in its last form', async () => {
    const key = freshKey();
    const multipartId = await begin(key);
    await sendPart(harness(), key, multipartId, 1, bytesOf('first form'));
    const part = await sendPart(harness(), key, multipartId, 1, bytesOf('last form'));
    await sendPart(harness(), key, multipartId, 1, bytesOf('last form'));
    expect(await store().listParts(key, multipartId)).toEqual([part]);
    await store().completeMultipart(key, multipartId, [part], options);
    expect(await readText(store(), key)).toBe('last form');
  });

  test('parts that the completion does not name are left out', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    const head = await store().completeMultipart(key, multipartId, parts.slice(1), options);
    expect(head.byteLength).toBe(10);
  });

  test('a completion that names a part that has not arrived is refused and names it', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    const absent = describePart(3, bytesOf('absent'));
    const completion = store().completeMultipart(key, multipartId, [parts[0]!, absent], options);
    await expect(completion).rejects.toMatchObject({
      code: 'part-mismatch',
      message: expect.stringContaining('art 3'),
    });
    expect(await store().head({ key })).toBeNull();
    expect(await store().listParts(key, multipartId)).toEqual(parts);
  });

  test.each<[string, (part: UploadedPart) => UploadedPart]>([
    ['another checksum', (part) => ({ ...part, checksumSha256: sha256Of(bytesOf('else')) })],
    ['another length', (part) => ({ ...part, byteLength: part.byteLength + 1 })],
  ])('a completion that expects %s of a part is refused and names it', async (_, change) => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    const completion = store().completeMultipart(key, multipartId, [parts[0]!, change(parts[1]!)], options);
    await expect(completion).rejects.toMatchObject({
      code: 'part-mismatch',
      message: expect.stringContaining('art 2'),
    });
    expect(await store().head({ key })).toBeNull();
    expect((await store().completeMultipart(key, multipartId, parts, options)).key).toBe(key);
  });

  test('a completion with no parts, or with parts out of order, is refused', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    for (const wrong of [[], parts.toReversed(), [parts[0]!, parts[0]!]]) {
      const completion = store().completeMultipart(key, multipartId, wrong, options);
      await expect(completion).rejects.toMatchObject({ code: 'part-mismatch' });
    }
  });

  test('a part that is too small and not the last is refused at completion', async () => {
    const key = freshKey();
    const multipartId = await begin(key);
    const small = patternedBytes(harness().minimumPartBytes - 1);
    const parts = [
      await sendPart(harness(), key, multipartId, 1, small),
      await sendPart(harness(), key, multipartId, 2, bytesOf('last')),
    ];
    const completion = store().completeMultipart(key, multipartId, parts, options);
    await expect(completion).rejects.toMatchObject({ code: 'part-too-small' });
  });

  test('a second completion finds no multipart upload, and the first one stands', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    const head = await store().completeMultipart(key, multipartId, parts, options);
    for (const ifAbsent of [true, false]) {
      const again = store().completeMultipart(key, multipartId, parts, { ifAbsent });
      await expect(again).rejects.toMatchObject({ code: 'multipart-not-found' });
    }
    expect(await store().listParts(key, multipartId)).toBeNull();
    expect(await store().head({ key })).toEqual(head);
  });

  test('two completions of the same upload at once make one version, whoever is told so', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    const completions = await Promise.allSettled(
      [1, 2].map(() => store().completeMultipart(key, multipartId, parts, { ifAbsent: false })),
    );
    const current = await store().head({ key });
    const heads = completions.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refusals = completions.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(heads.length).toBeGreaterThan(0);
    for (const head of heads) expect(head).toEqual(current);
    for (const code of refusals) expect(code).toBe('multipart-not-found');
    expect(await store().deleteVersions(key)).toBe(1);
  });

  test('a completion if absent is refused when the object exists, and the parts stay', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    await writeText(store(), key, 'was first');
    const completion = store().completeMultipart(key, multipartId, parts, options);
    await expect(completion).rejects.toMatchObject({ code: 'object-exists' });
    expect(await store().listParts(key, multipartId)).toEqual(parts);
    await store().completeMultipart(key, multipartId, parts, { ifAbsent: false });
  });

  test('of a write and completions if absent at once exactly one wins', async () => {
    const key = freshKey();
    const uploads = [await uploadTwoParts(key), await uploadTwoParts(key)];
    const { fulfilled, refusals } = await outcomesOf([
      store().write(key, bytesOf('written'), { contentType: 'text/plain', ifAbsent: true }),
      ...uploads.map(({ multipartId, parts }) => store().completeMultipart(key, multipartId, parts, options)),
    ]);
    expect(fulfilled).toBe(1);
    expect(refusals).toEqual(['object-exists', 'object-exists']);
  });

  test('an aborted upload is gone, and aborting again is fine', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    await store().abortMultipart(key, multipartId);
    await store().abortMultipart(key, multipartId);
    expect(await store().listParts(key, multipartId)).toBeNull();
    const completion = store().completeMultipart(key, multipartId, parts, options);
    await expect(completion).rejects.toMatchObject({ code: 'multipart-not-found' });
  });

  test('an upload is not found under another key, nor under an id that was never made', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    const other = freshKey('other.edf');
    expect(await store().listParts(other, multipartId)).toBeNull();
    await expect(store().completeMultipart(other, multipartId, parts, options)).rejects.toMatchObject({
      code: 'multipart-not-found',
    });
    await store().abortMultipart(other, multipartId);
    expect(await store().listParts(key, multipartId)).toEqual(parts);
    expect(await store().listParts(key, '../objects')).toBeNull();
    await store().abortMultipart(key, '../objects');
  });

  test('a fresh upload has no parts', async () => {
    const key = freshKey();
    expect(await store().listParts(key, await begin(key))).toEqual([]);
  });

  test('deleting versions takes unfinished uploads below the prefix along', async () => {
    const base = freshKey('multi');
    const inside = await begin(`${base}/t1/a`);
    const outside = await begin(`${base}/t10/a`);
    expect(await store().deleteVersions(`${base}/t1/`)).toBe(0);
    expect(await store().listParts(`${base}/t1/a`, inside)).toBeNull();
    expect(await store().listParts(`${base}/t10/a`, outside)).toEqual([]);
  });

  test('an object completed from parts is deleted like any other', async () => {
    const key = freshKey();
    const { multipartId, parts } = await uploadTwoParts(key);
    await store().completeMultipart(key, multipartId, parts, options);
    expect(await store().deleteVersions(key)).toBe(1);
    expect(await store().head({ key })).toBeNull();
  });
};
