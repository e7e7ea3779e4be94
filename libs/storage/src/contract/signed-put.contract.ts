import type { ContractSection } from './harness.ts';
import {
  bytesOf,
  describePart,
  freshKey,
  patternedBytes,
  readText,
  sha256Of,
  signPutOf,
  writeText,
} from './harness.ts';

const recording = bytesOf('the recording');
const forgery = bytesOf('the forgeries');

export const registerSignedPutContract: ContractSection = (harness, test) => {
  const store = () => harness().store;

  test('a signed PUT stores exactly what it was signed for', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    expect(request.method).toBe('PUT');
    expect(request.headers).toMatchObject({
      'content-type': 'application/edf',
      'if-none-match': '*',
      'x-amz-checksum-sha256': sha256Of(recording),
    });
    expect(request.expiresAt.getTime()).toBeGreaterThan(0);
    const answer = await harness().send(request, recording);
    expect(answer.status).toBe(200);
    expect(answer.headers['etag']).toBeDefined();
    expect(answer.headers['x-amz-checksum-sha256']).toBe(sha256Of(recording));
    expect(await store().head({ key })).toMatchObject({
      byteLength: recording.byteLength,
      checksumSha256: sha256Of(recording),
      contentType: 'application/edf',
    });
    expect(await readText(store(), key)).toBe('the recording');
  });

  test('no signed address carries the checksum of an empty body', async () => {
    // Newer S3 clients sign the CRC32 of nothing into every presigned PUT, which S3 then refuses.
    const { url } = await signPutOf(store(), freshKey(), recording);
    expect(url).not.toMatch(/checksum-crc32/i);
  });

  test('an empty object can be put', async () => {
    const key = freshKey();
    const empty = new Uint8Array();
    const answer = await harness().send(await signPutOf(store(), key, empty), empty);
    expect(answer.status).toBe(200);
    expect((await store().head({ key }))?.byteLength).toBe(0);
  });

  test('a PUT that is sent again answers 412 and changes nothing', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    await harness().send(request, recording);
    const head = await store().head({ key });
    expect((await harness().send(request, recording)).status).toBe(412);
    expect(await store().head({ key })).toEqual(head);
  });

  test('a PUT signed before another writer was faster answers 412', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    await writeText(store(), key, 'faster');
    expect((await harness().send(request, recording)).status).toBe(412);
    expect(await readText(store(), key)).toBe('faster');
  });

  test('of the same PUT sent several times at once exactly one is accepted', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    const answers = await Promise.all(Array.from({ length: 6 }, () => harness().send(request, recording)));
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, 412, 412, 412, 412, 412]);
  });

  test.each([
    ['one byte less', recording.subarray(1)],
    ['one byte more', bytesOf('the recording!')],
    ['nothing', new Uint8Array()],
    ['ten times as much', patternedBytes(recording.byteLength * 10)],
  ])('a PUT of %s than was signed is refused and stores nothing', async (_, body) => {
    const key = freshKey();
    const { status } = await harness().send(await signPutOf(store(), key, recording), body);
    expect([400, 403]).toContain(status); // S3: the length is a signed header, so 403
    expect(await store().head({ key })).toBeNull();
  });

  test('a PUT of other bytes of the same length answers 400 and stores nothing', async () => {
    const key = freshKey();
    const { status } = await harness().send(await signPutOf(store(), key, recording), forgery);
    expect(status).toBe(400);
    expect(await store().head({ key })).toBeNull();
  });

  test('after a refused PUT the right one still succeeds', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    await harness().send(request, forgery);
    expect((await harness().send(request, recording)).status).toBe(200);
  });

  test('a PUT to another key answers 403', async () => {
    const key = freshKey();
    const other = freshKey();
    const request = await signPutOf(store(), key, recording);
    const url = request.url.replace(key, other);
    expect(url).not.toBe(request.url);
    expect((await harness().send({ ...request, url }, recording)).status).toBe(403);
    expect(await store().head({ key: other })).toBeNull();
  });

  test('a request signed for PUT cannot GET, and one signed for GET cannot PUT', async () => {
    const key = freshKey();
    const put = await signPutOf(store(), key, recording);
    expect((await harness().send({ ...put, method: 'GET' })).status).toBe(403);
    const { versionId } = await writeText(store(), key, 'text');
    const get = await store().signGet({ key, versionId, expiresInSeconds: 60 });
    expect((await harness().send({ ...get, method: 'PUT' }, recording)).status).toBe(403);
    expect(await readText(store(), key)).toBe('text');
  });

  test.each<[string, Record<string, string>]>([
    ['another content type', { 'content-type': 'text/html' }],
    ['another condition', { 'if-none-match': '"something"' }],
    ['the checksum of other bytes', { 'x-amz-checksum-sha256': sha256Of(forgery) }],
  ])('a PUT with %s than was signed answers 403', async (_, changed) => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    expect((await harness().send(request, forgery, changed)).status).toBe(403);
    expect(await store().head({ key })).toBeNull();
  });

  test.each(['content-type', 'if-none-match', 'x-amz-checksum-sha256'])(
    'a PUT without its signed header %s answers 403',
    async (name) => {
      const key = freshKey();
      const request = await signPutOf(store(), key, recording);
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([each]) => each !== name));
      expect((await harness().send({ ...request, headers }, recording)).status).toBe(403);
      expect(await store().head({ key })).toBeNull();
    },
  );

  test('a PUT whose address was changed anywhere answers 403', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording);
    const { status } = await harness().send({ ...request, url: `${request.url}0` }, recording);
    expect(status).toBe(403);
    const unsigned = request.url.slice(0, request.url.indexOf('?'));
    expect((await harness().send({ ...request, url: unsigned }, recording)).status).toBe(403);
    expect(await store().head({ key })).toBeNull();
  });

  test('a PUT after its time answers 403', async () => {
    const key = freshKey();
    const request = await signPutOf(store(), key, recording, 1);
    await harness().expire(request);
    expect((await harness().send(request, recording)).status).toBe(403);
    expect(await store().head({ key })).toBeNull();
  });

  test('a part of other bytes or another length is refused and does not arrive', async () => {
    const key = freshKey();
    const { multipartId } = await store().createMultipart(key, 'application/edf');
    const part = describePart(1, recording);
    const request = await store().signPart({ key, multipartId, ...part, expiresInSeconds: 60 });
    expect(Object.keys(request.headers)).toContain('x-amz-checksum-sha256');
    expect((await harness().send(request, forgery)).status).toBe(400);
    expect([400, 403]).toContain((await harness().send(request, recording.subarray(1))).status);
    expect(await store().listParts(key, multipartId)).toEqual([]);
  });

  test('a part signed for one number cannot be sent as another', async () => {
    const key = freshKey();
    const { multipartId } = await store().createMultipart(key, 'application/edf');
    const part = describePart(1, recording);
    const request = await store().signPart({ key, multipartId, ...part, expiresInSeconds: 60 });
    const url = request.url.replace('partNumber=1', 'partNumber=2').replace(/token=\w/, 'token=x');
    expect(url).not.toBe(request.url);
    expect((await harness().send({ ...request, url }, recording)).status).toBe(403);
    expect(await store().listParts(key, multipartId)).toEqual([]);
  });

  test('a part for an upload that was aborted answers 404', async () => {
    const key = freshKey();
    const { multipartId } = await store().createMultipart(key, 'application/edf');
    const part = describePart(1, recording);
    const request = await store().signPart({ key, multipartId, ...part, expiresInSeconds: 60 });
    await store().abortMultipart(key, multipartId);
    expect((await harness().send(request, recording)).status).toBe(404);
  });

  test('a part after its time answers 403', async () => {
    const key = freshKey();
    const { multipartId } = await store().createMultipart(key, 'application/edf');
    const part = describePart(1, recording);
    const request = await store().signPart({ key, multipartId, ...part, expiresInSeconds: 1 });
    await harness().expire(request);
    expect((await harness().send(request, recording)).status).toBe(403);
  });
};
