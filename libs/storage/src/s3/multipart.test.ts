import { bytesOf, describePart, sha256Of } from '../contract/harness.ts';
import type { Bucket } from './test-support/documented-bucket.ts';
import type { FaultyScene } from './test-support/scene.ts';
import { startFaultyScene, testBucket } from './test-support/scene.ts';
import { sendRaw } from './test-support/send-raw.ts';

const key = 'source/t1/u1/source.edf';

let scene: FaultyScene;
beforeEach(async () => {
  scene = await startFaultyScene();
});
afterEach(() => scene.stop());

const bucket = (): Bucket => scene.s3.buckets.get(testBucket)!;
const versionCount = () => bucket().versions.get(key)?.length ?? 0;

/** An upload of one part that has arrived. */
async function uploaded() {
  const bytes = bytesOf('a small recording');
  const { multipartId } = await scene.store.createMultipart(key, 'application/edf');
  const part = describePart(1, bytes);
  const request = await scene.store.signPart({ key, multipartId, ...part, expiresInSeconds: 60 });
  expect((await sendRaw(request, bytes)).status).toBe(200);
  const complete = () => scene.store.completeMultipart(key, multipartId, [part], { ifAbsent: true });
  return { complete };
}
const completion = { method: 'POST', matching: /uploadId/ };

test('a completion whose answer is lost is found to have happened', async () => {
  const { complete } = await uploaded();
  scene.proxy.inject({ ...completion, harm: { kind: 'lose-answer' } });
  expect(await complete()).toEqual(await scene.store.head({ key }));
  expect(versionCount()).toBe(1);
});

test('an error within an answer that began as a success is tried again', async () => {
  const { complete } = await uploaded();
  const body = () => '<?xml version="1.0"?>\n   \n  <Error><Code>InternalError</Code></Error>';
  scene.proxy.inject({ ...completion, harm: { kind: 'rewrite', body } });
  expect((await complete()).checksumSha256).toMatch(/-1$/);
  expect(versionCount()).toBe(1);
});

test('a refusal within an answer that began as a success keeps its name', async () => {
  const { complete } = await uploaded();
  const body = () => '<?xml version="1.0"?>\n<Error><Code>EntityTooSmall</Code></Error>';
  scene.proxy.inject({ ...completion, harm: { kind: 'rewrite', body } });
  await expect(complete()).rejects.toMatchObject({ code: 'part-too-small' });
});

test('spaces that keep the connection alive do no harm, before the document and in it', async () => {
  for (const spaced of [
    (xml: string) => `\n   \n${xml}`,
    (xml: string) => xml.replace('?>', '?>\n        \n   '),
  ]) {
    const { complete } = await uploaded();
    scene.proxy.inject({ ...completion, harm: { kind: 'rewrite', body: spaced } });
    expect((await complete()).checksumSha256).toMatch(/-1$/);
    expect(await scene.store.deleteVersions(key)).toBe(1);
  }
});

test('an answer that says nothing is no success', async () => {
  const { complete } = await uploaded();
  scene.proxy.inject({ ...completion, harm: { kind: 'rewrite', body: () => '   ' } });
  // The first try has made the object, which the second one finds.
  expect((await complete()).checksumSha256).toMatch(/-1$/);
  expect(versionCount()).toBe(1);
});

test('an answer without a word of what was made is no success', async () => {
  const { complete } = await uploaded();
  const body = '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>';
  scene.proxy.inject({ ...completion, harm: { kind: 'answer', status: 200, body } });
  expect((await complete()).checksumSha256).toMatch(/-1$/);
  expect(versionCount()).toBe(1);
});

test('an object of other bytes under the key is not taken for a completion whose answer was lost', async () => {
  const { complete } = await uploaded();
  const body = () => {
    const [made] = bucket().versions.get(key)!;
    bucket().versions.set(key, [{ ...made!, checksum: sha256Of(bytesOf('somebody else')) }]);
    return '<Error><Code>InternalError</Code></Error>';
  };
  scene.proxy.inject({ ...completion, harm: { kind: 'rewrite', body } });
  await expect(complete()).rejects.toMatchObject({ code: 'multipart-not-found' });
});

test('an upload whose own object fails its condition is said to be gone', async () => {
  const { complete } = await uploaded();
  // As if somebody had completed it between the listing of its parts and the completion.
  const body = () => '<Error><Code>PreconditionFailed</Code></Error>';
  scene.proxy.inject({ ...completion, harm: { kind: 'rewrite', body } });
  await expect(complete()).rejects.toMatchObject({ code: 'multipart-not-found' });
});

test('all of ten thousand parts are listed', async () => {
  const { multipartId } = await scene.store.createMultipart(key, 'application/edf');
  const { parts } = bucket().uploads.get(multipartId)!;
  for (let number = 1; number <= 10_000; number += 1)
    parts.set(number, { bytes: bytesOf('x'), etag: '"x"', checksum: sha256Of(bytesOf('x')) });
  const listed = await scene.store.listParts(key, multipartId);
  expect(listed).toHaveLength(10_000);
  expect(listed?.at(-1)?.partNumber).toBe(10_000);
});
