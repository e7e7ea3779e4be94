import { pipeline } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { byteSourceFromBytes } from './byte-source.ts';
import type { InflateOptions } from './inflate-gzip.ts';
import { GzipError, inflateGzip, isGzip } from './inflate-gzip.ts';
import { goodRecording } from './test-support/recordings.ts';
import { seededNumbers } from './test-support/seeded.ts';

const MiB = 1024 * 1024;
const recording = goodRecording('EDF+D');

async function inflated(source: ByteSource, options: InflateOptions = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inflateGzip(source, options)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
const gzipped = (bytes: Uint8Array): ByteSource => byteSourceFromBytes(gzipSync(bytes));
const codeOf = (inflating: Promise<unknown>): Promise<string> =>
  inflating.then(
    () => 'none',
    (error: unknown) => (error instanceof GzipError ? error.code : String(error)),
  );

// The error comes to who reads, too.
const decompress: InflateOptions['decompress'] = (pieces) =>
  pipeline(pieces, createGunzip(), () => undefined);

test('a gzip file is known by its first bytes, and a recording is none', async () => {
  expect(await isGzip(gzipped(recording))).toBe(true);
  expect(await isGzip(byteSourceFromBytes(recording))).toBe(false);
  expect(await isGzip(byteSourceFromBytes(new Uint8Array(1)))).toBe(false);
});

test('what was compressed comes back, in any size', async () => {
  const next = seededNumbers(3);
  for (const byteLength of [0, 1, recording.length, 3_000_000]) {
    const bytes = new Uint8Array(byteLength).map(() => next() & 15);
    expect(Buffer.compare(await inflated(gzipped(bytes)), bytes)).toBe(0);
  }
});

test('a file that is cut anywhere, or has a changed byte, is damaged', async () => {
  const bytes = gzipSync(recording);
  for (let byteLength = 2; byteLength < bytes.length; byteLength += 7)
    expect(await codeOf(inflated(byteSourceFromBytes(bytes.subarray(0, byteLength))))).toBe('gzip-damaged');
  const changed = Uint8Array.from(bytes);
  changed[bytes.length - 5]! ^= 1;
  expect(await codeOf(inflated(byteSourceFromBytes(changed)))).toBe('gzip-damaged');
});

test('a file that grows a hundredfold beyond 64 MiB is refused before it has', async () => {
  const bomb = gzipSync(new Uint8Array(200 * MiB), { level: 9 });
  let byteLength = 0;
  const inflating = (async () => {
    for await (const chunk of inflateGzip(byteSourceFromBytes(bomb))) byteLength += chunk.length;
  })();
  expect(await codeOf(inflating)).toBe('gzip-expands-too-much');
  expect(byteLength).toBeLessThanOrEqual(64 * MiB);
});

test('a file of several members needs a decompressor that takes them', async () => {
  const two = byteSourceFromBytes(Buffer.concat([gzipSync('one '), gzipSync('two')]));
  expect(await codeOf(inflated(two))).toBe('gzip-damaged');
  expect(new TextDecoder().decode(await inflated(two, { decompress }))).toBe('one two');
  const bomb = byteSourceFromBytes(gzipSync(new Uint8Array(100 * MiB), { level: 9 }));
  expect(await codeOf(inflated(bomb, { decompress }))).toBe('gzip-expands-too-much');
});

test('no more comes out than was allowed, and what reaches that is not refused', async () => {
  expect(await codeOf(inflated(gzipped(recording), { maxByteLength: recording.length - 1 }))).toBe(
    'gzip-expands-too-much',
  );
  expect(await codeOf(inflated(gzipped(recording), { maxByteLength: recording.length }))).toBe('none');
});

test('an error of the source, and an abort, come as they are', async () => {
  const whole = gzipSync(recording);
  const broken: ByteSource = {
    byteLength: whole.length,
    slice: () => Promise.reject(new Error('unplugged')),
  };
  expect(await codeOf(inflated(broken))).toBe('Error: unplugged');
  expect(await codeOf(inflated(broken, { decompress }))).toBe('Error: unplugged');
  const short: ByteSource = { byteLength: whole.length + 1, slice: async () => whole };
  await expect(inflated(short)).rejects.toMatchObject({ code: 'source-read-short' });
  const signal = AbortSignal.abort(new Error('closed'));
  expect(await codeOf(inflated(byteSourceFromBytes(whole), { signal }))).toBe('Error: closed');
});

test('reading ends when nobody wants more', async () => {
  let slices = 0;
  const next = seededNumbers(4);
  const bytes = gzipSync(new Uint8Array(2 * MiB).map(() => next()));
  const source: ByteSource = {
    byteLength: bytes.length,
    async slice(start, end) {
      slices++;
      return bytes.subarray(start, end);
    },
  };
  for await (const chunk of inflateGzip(source)) if (chunk.length > 0) break;
  expect(slices).toBeLessThan(8);
});
