import { setImmediate as nextTurn } from 'node:timers/promises';
import { bytesOf, patternedBytes } from '../contract/harness.ts';
import type { FaultyScene } from './test-support/scene.ts';
import { startFaultyScene } from './test-support/scene.ts';

const key = 'source/t1/u1/source.edf';
const text = { contentType: 'text/plain' };

let scene: FaultyScene;
beforeEach(async () => {
  scene = await startFaultyScene();
});
afterEach(() => scene.stop());

/** Ranges of the GETs that came. */
const ranges = () => scene.proxy.requests.filter((each) => each.startsWith('GET bytes'));

test('a body that is cut is gone on with from the byte after the last one that came', async () => {
  const bytes = patternedBytes(300_000);
  const { versionId } = await scene.store.write(key, bytes, text);
  scene.proxy.inject({ method: 'GET', harm: { kind: 'cut', afterBytes: 100_000 } });
  scene.proxy.inject({ method: 'GET', harm: { kind: 'cut', afterBytes: 50_000 } });
  const read = await scene.store.read({ key, versionId }, 1000, 299_000);
  expect(Buffer.compare(read, bytes.subarray(1000, 299_000))).toBe(0);
  const starts = ranges().map((range) => Number(/=(\d+)/.exec(range)![1]));
  expect(starts).toHaveLength(3);
  expect(starts[1]).toBeGreaterThan(starts[0]!);
  expect(starts[2]).toBeGreaterThan(starts[1]!);
});

test('a body that falls silent is cut and gone on with', async () => {
  const bytes = patternedBytes(100_000);
  await scene.store.write(key, bytes, text);
  scene.proxy.inject({ method: 'GET', harm: { kind: 'stall', afterBytes: 40_000 } });
  const target = new Uint8Array(100_000);
  expect(await scene.store.readInto!({ key }, 0, target)).toBe(100_000);
  expect(Buffer.compare(target, bytes)).toBe(0);
  expect(ranges()).toEqual(['GET bytes=0-99999', 'GET bytes=40000-99999']);
});

test('what is gone on with is the version that was begun, though a newer one was written meanwhile', async () => {
  const first = patternedBytes(100_000, 1);
  await scene.store.write(key, first, text);
  scene.proxy.inject({ method: 'GET', harm: { kind: 'stall', afterBytes: 40_000 } });
  const reading = scene.store.read({ key }, 0, 100_000);
  await scene.store.write(key, patternedBytes(100_000, 2), text);
  expect(Buffer.compare(await reading, first)).toBe(0);
});

test('a server that ignores the range still gives the bytes that were asked for', async () => {
  const bytes = patternedBytes(5000);
  await scene.store.write(key, bytes, text);
  scene.proxy.inject({ method: 'GET', harm: { kind: 'rewrite', body: () => bytes } });
  expect(Buffer.compare(await scene.store.read({ key }, 1000, 1300), bytes.subarray(1000, 1300))).toBe(0);
});

test('reads that follow one another share one connection', async () => {
  const bytes = patternedBytes(500_000);
  await scene.store.write(key, bytes, text);
  const before = scene.proxy.connectionCount();
  for (let start = 0; start < 500_000; start += 100_000)
    await scene.store.read({ key }, start, start + 100_000);
  expect(scene.proxy.connectionCount()).toBe(before);
});

test('a body that breaks every time ends as unavailable after a bounded number of tries', async () => {
  await scene.store.write(key, patternedBytes(100_000), text);
  scene.proxy.inject({ method: 'GET', times: 99, harm: { kind: 'cut', afterBytes: 10 } });
  await expect(scene.store.read({ key }, 0, 100_000)).rejects.toMatchObject({
    code: 'storage-unavailable',
    key,
  });
  expect(ranges()).toHaveLength(4);
});

test('a body that ends early in an orderly way is gone on with', async () => {
  const bytes = patternedBytes(5000);
  await scene.store.write(key, bytes, text);
  const body = () => bytes.subarray(0, 1200);
  scene.proxy.inject({ method: 'GET', harm: { kind: 'rewrite', keepsRange: true, body } });
  expect(Buffer.compare(await scene.store.read({ key }, 0, 5000), bytes)).toBe(0);
  expect(ranges()).toEqual(['GET bytes=0-4999', 'GET bytes=1200-4999']);
});

test('an aborted read rejects with the reason at once, in the middle of a silent body', async () => {
  const patient = await startFaultyScene({ idleSeconds: 60 });
  try {
    await patient.store.write(key, patternedBytes(100_000, 1), text);
    patient.proxy.inject({ method: 'GET', harm: { kind: 'stall', afterBytes: 10 } });
    const controller = new AbortController();
    const target = new Uint8Array(100_000);
    const reading = patient.store.readInto!({ key }, 0, target, controller.signal);
    while (target[0] === 0) await nextTurn();
    controller.abort(new Error('No longer wanted.'));
    await expect(reading).rejects.toThrow('No longer wanted.');
  } finally {
    await patient.stop();
  }
});

test('what can be no id of a version names none, though a HEAD is told no reason', async () => {
  await scene.store.write(key, bytesOf('text'), text);
  expect(await scene.store.head({ key, versionId: 'no-such-id' })).toBeNull();
  const reading = scene.store.read({ key, versionId: 'no-such-id' }, 0, 1);
  await expect(reading).rejects.toMatchObject({ code: 'object-not-found' });
});

test('a HEAD that is refused for another reason is not taken for a missing object', async () => {
  const { versionId } = await scene.store.write(key, bytesOf('text'), text);
  const expired = '<Error><Code>ExpiredToken</Code></Error>';
  scene.proxy.inject({ method: 'HEAD', times: 9, harm: { kind: 'answer', status: 400 } });
  scene.proxy.inject({ method: 'GET', times: 9, harm: { kind: 'answer', status: 400, body: expired } });
  await expect(scene.store.head({ key, versionId })).rejects.toMatchObject({
    code: 'storage-unavailable',
    cause: { name: 'ExpiredToken' },
  });
});
