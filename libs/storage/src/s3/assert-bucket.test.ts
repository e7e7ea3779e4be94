import { StorageError } from '../storage-error.ts';
import { BucketUnusable } from './assert-bucket.ts';
import { createS3Store } from './s3-store.ts';
import { testCredentials } from './test-support/documented-s3.ts';
import type { FaultyScene } from './test-support/scene.ts';
import { startFaultyScene, testBucket } from './test-support/scene.ts';

let scene: FaultyScene;
beforeEach(async () => {
  scene = await startFaultyScene();
});
afterEach(() => scene.stop());

const versioning = { method: 'GET', matching: /versioning/, times: 9 };

test('a bucket that keeps versions is usable', async () => {
  await scene.store.assertBucket();
});

test.each(['', 'Suspended'] as const)('a bucket with versioning %j is refused', async (status) => {
  scene.s3.buckets.get(testBucket)!.versioning = status;
  const check = scene.store.assertBucket();
  await expect(check).rejects.toBeInstanceOf(BucketUnusable);
  await expect(check).rejects.toMatchObject({
    code: 'bucket-unversioned',
    bucket: testBucket,
    message: expect.stringContaining('turn versioning on'),
  });
});

test('a missing bucket is named', async () => {
  scene.s3.buckets.clear();
  await expect(scene.store.assertBucket()).rejects.toMatchObject({
    code: 'bucket-missing',
    message: expect.stringContaining('There is no bucket recordings; create it'),
  });
});

test.each([
  ['bucket-forbidden', 403, '<Error><Code>AccessDenied</Code></Error>'],
  ['bucket-elsewhere', 301, '<Error><Code>PermanentRedirect</Code></Error>'],
  ['bucket-elsewhere', 400, '<Error><Code>AuthorizationHeaderMalformed</Code></Error>'],
])('%s is what %i with %s means', async (code, status, body) => {
  scene.proxy.inject({ ...versioning, harm: { kind: 'answer', status, body } });
  await expect(scene.store.assertBucket()).rejects.toMatchObject({ code });
});

test('a bucket whose deletions want a second factor is refused', async () => {
  const body = () =>
    '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>';
  scene.proxy.inject({ ...versioning, harm: { kind: 'rewrite', body } });
  await expect(scene.store.assertBucket()).rejects.toMatchObject({ code: 'bucket-mfa-delete' });
});

test('a server that cannot be reached may be reached later', async () => {
  await scene.stop();
  const check = scene.store.assertBucket();
  await expect(check).rejects.toBeInstanceOf(StorageError);
  await expect(check).rejects.toMatchObject({ code: 'storage-unavailable' });
  scene = await startFaultyScene();
});

test('a role that does not know the secret is refused with a sentence, not tried again', async () => {
  const { endpoint } = scene.proxy;
  const options = { bucket: testBucket, region: 'us-east-1', endpoint, forcePathStyle: true };
  const store = createS3Store(options, { credentials: { ...testCredentials, secretAccessKey: 'other' } });
  await expect(store.assertBucket()).rejects.toMatchObject({ code: 'bucket-forbidden' });
  await expect(store.read({ key: 'a' }, 0, 1)).rejects.toMatchObject({
    code: 'storage-unavailable',
    message: expect.stringContaining('SignatureDoesNotMatch'),
  });
  expect(scene.proxy.requests).toHaveLength(2);
  store.close();
});
