import { s3MinimumPartBytes } from '../check-parts.ts';
import { bytesOf, patternedBytes } from '../contract/harness.ts';
import type { Bucket } from './test-support/documented-bucket.ts';
import type { FaultyScene } from './test-support/scene.ts';
import { startFaultyScene, testBucket } from './test-support/scene.ts';

const key = 'source/t1/u1/source.edf';
const text = { contentType: 'text/plain' };
const busy = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

let scene: FaultyScene;
beforeEach(async () => {
  scene = await startFaultyScene();
});
afterEach(() => scene.stop());

const bucket = (): Bucket => scene.s3.buckets.get(testBucket)!;
const versionCount = () => bucket().versions.get(key)?.length ?? 0;

test('a PUT whose answer is lost is found to have happened, not refused by itself', async () => {
  scene.proxy.inject({ method: 'PUT', harm: { kind: 'lose-answer' } });
  const head = await scene.store.write(key, bytesOf('text'), { ...text, ifAbsent: true });
  expect(head).toEqual(await scene.store.head({ key }));
  expect(versionCount()).toBe(1);
});

test('a PUT without a condition whose answer is lost makes one version', async () => {
  scene.proxy.inject({ method: 'PUT', harm: { kind: 'lose-answer' } });
  await scene.store.write(key, bytesOf('text'), text);
  expect(versionCount()).toBe(1);
});

test('somebody else with the same bytes is not taken for the writer whose request was lost', async () => {
  await scene.store.write(key, bytesOf('text'), text);
  scene.proxy.inject({ method: 'PUT', harm: { kind: 'lose-answer' } });
  const write = scene.store.write(key, bytesOf('text'), { ...text, ifAbsent: true });
  await expect(write).rejects.toMatchObject({ code: 'object-exists' });
});

test('a burst of refusals is waited out with waits that double', async () => {
  scene.proxy.inject({ method: 'PUT', times: 3, harm: { kind: 'answer', status: 503, body: busy } });
  await scene.store.write(key, bytesOf('text'), text);
  expect(scene.waits).toEqual([50, 100, 200]); // half of each limit, by the test's die
});

test('a burst that lasts ends as unavailable, and nothing was written', async () => {
  scene.proxy.inject({ method: 'PUT', times: 99, harm: { kind: 'answer', status: 503, body: busy } });
  await expect(scene.store.write(key, bytesOf('text'), text)).rejects.toMatchObject({
    code: 'storage-unavailable',
    message: 'S3 did not answer as it should (SlowDown); try again.',
  });
  expect(versionCount()).toBe(0);
  expect(scene.proxy.requests.filter((each) => each === 'PUT')).toHaveLength(4);
});

test('a conflict with a concurrent request is tried again', async () => {
  const conflict = '<Error><Code>ConditionalRequestConflict</Code></Error>';
  scene.proxy.inject({ method: 'PUT', harm: { kind: 'answer', status: 409, body: conflict } });
  await scene.store.write(key, bytesOf('text'), { ...text, ifAbsent: true });
  expect(versionCount()).toBe(1);
});

test('a server that never answers is given up on and asked again', async () => {
  scene.proxy.inject({ method: 'PUT', harm: { kind: 'silence' } });
  await scene.store.write(key, bytesOf('text'), text);
  expect(versionCount()).toBe(1);
});

test('a streamed body survives lost answers to each of its requests', async () => {
  const bytes = patternedBytes(2.5 * s3MinimumPartBytes);
  async function* chunks() {
    for (let start = 0; start < bytes.byteLength; start += 1_000_003)
      yield bytes.subarray(start, start + 1_000_003);
  }
  const small = await startFaultyScene({ partBytes: s3MinimumPartBytes, idleSeconds: 30 });
  try {
    for (const method of ['POST', 'PUT', 'PUT', 'PUT'])
      small.proxy.inject({ method, harm: { kind: 'lose-answer' } });
    small.proxy.inject({ method: 'POST', matching: /uploadId/, harm: { kind: 'lose-answer' } });
    const head = await small.store.write(key, chunks(), { ...text, ifAbsent: true });
    expect(head.checksumSha256).toMatch(/-3$/);
    const read = await small.store.read({ key }, 0, bytes.byteLength);
    expect(Buffer.compare(read, bytes)).toBe(0);
    expect(small.s3.buckets.get(testBucket)!.versions.get(key)).toHaveLength(1);
  } finally {
    await small.stop();
  }
});

test('a streamed body that fails leaves no parts behind that cost money', async () => {
  const small = await startFaultyScene({ partBytes: s3MinimumPartBytes, idleSeconds: 30 });
  async function* chunks() {
    yield patternedBytes(2 * s3MinimumPartBytes);
    throw new Error('The source broke.');
  }
  try {
    await expect(small.store.write(key, chunks(), text)).rejects.toThrow('The source broke.');
    expect(small.s3.requests).toContain('POST ?uploads');
    expect(small.s3.buckets.get(testBucket)!.uploads.size).toBe(0);
  } finally {
    await small.stop();
  }
});
