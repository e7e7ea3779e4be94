import { bytesOf } from '../contract/harness.ts';
import type { Bucket } from './test-support/documented-bucket.ts';
import type { FaultyScene } from './test-support/scene.ts';
import { startFaultyScene, testBucket } from './test-support/scene.ts';

const key = 'source/t1/u1/source.edf';
const text = { contentType: 'text/plain' };

let scene: FaultyScene;
beforeEach(async () => {
  scene = await startFaultyScene();
});
afterEach(() => scene.stop());

const bucket = (): Bucket => scene.s3.buckets.get(testBucket)!;

test('delete markers go with the versions, and are not counted', async () => {
  await scene.store.write(key, bytesOf('text'), text);
  const versions = bucket().versions.get(key)!;
  const marker = {
    etag: '',
    contentType: '',
    metadata: {},
    createdAt: new Date(),
    versionId: 'm'.repeat(32),
  };
  bucket().versions.set(key, [...versions, marker]);
  expect(await scene.store.head({ key })).toBeNull();
  await expect(scene.store.read({ key, versionId: marker.versionId }, 0, 1)).rejects.toMatchObject({
    code: 'object-not-found',
  });
  expect(await scene.store.deleteVersions(key)).toBe(1);
  expect(bucket().versions.size).toBe(0);
});

test('more than a thousand versions of one key are all deleted', async () => {
  const version = {
    bytes: bytesOf('x'),
    etag: '"x"',
    contentType: '',
    metadata: {},
    createdAt: new Date(),
  };
  const versions = Array.from({ length: 1500 }, (_, index) => ({
    ...version,
    versionId: String(index).padStart(32, '0'),
  }));
  bucket().versions.set(key, versions);
  expect(await scene.store.deleteVersions('source/t1/')).toBe(1500);
  expect(bucket().versions.size).toBe(0);
});

test('versions that S3 kept are an error, though its answer was a success', async () => {
  await scene.store.write(key, bytesOf('text'), text);
  const body = () => `<DeleteResult><Error><Key>${key}</Key><Code>AccessDenied</Code></Error></DeleteResult>`;
  scene.proxy.inject({ method: 'POST', matching: /delete/, harm: { kind: 'rewrite', body } });
  await expect(scene.store.deleteVersions(key)).rejects.toMatchObject({
    code: 'storage-unavailable',
    message: expect.stringContaining('1 of 1 versions (AccessDenied)'),
  });
});
