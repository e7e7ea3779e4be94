import { gzipSync } from 'node:zlib';
import type { ByteSource } from '@edf-pipeline/edf';
import { byteSourceFromBytes, isGzip } from '@edf-pipeline/edf';
import { inflate } from './inflate.ts';

const MiB = 1024 * 1024;
const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 2_654_435_761) >>> 13);

async function inflated(source: ByteSource, maxBytes = 1_000 * MiB, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inflate(source, maxBytes, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const codeOf = async (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'none',
    (error: { code?: unknown }) => error.code ?? error,
  );

describe('a gzip file', () => {
  it.each([0, 1, 1_000, 3 * MiB + 7])('of %d bytes comes out as it went in', async (length) => {
    const content = Buffer.from(noise(length));

    expect((await inflated(byteSourceFromBytes(gzipSync(content)))).equals(content)).toBe(true);
  });

  it('of several members comes out as all of them', async () => {
    const source = byteSourceFromBytes(Buffer.concat([gzipSync('one '), gzipSync(''), gzipSync('two')]));

    expect((await inflated(source)).toString()).toBe('one two');
  });

  it('cut anywhere is damaged', async () => {
    const bytes = gzipSync(Buffer.from(noise(300)));
    for (let length = 2; length < bytes.length; length++) {
      expect([length, await codeOf(inflated(byteSourceFromBytes(bytes.subarray(0, length))))]).toEqual([
        length,
        'gzip-damaged',
      ]);
    }
  });

  it('with a byte changed in its content is damaged', async () => {
    const bytes = gzipSync(Buffer.from(noise(3_000)));
    bytes[500] = (bytes[500] ?? 0) ^ 0xff;

    expect(await codeOf(inflated(byteSourceFromBytes(bytes)))).toBe('gzip-damaged');
  });

  it('that would grow a hundredfold beyond 64 MiB is refused before it has', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * MiB));
    let bytes = 0;
    const growing = async () => {
      for await (const chunk of inflate(byteSourceFromBytes(bomb), 1_000 * MiB)) bytes += chunk.length;
    };

    expect(await codeOf(growing())).toBe('gzip-expands-too-much');
    expect(bytes).toBeLessThanOrEqual(64 * MiB);
  });

  it('that would grow beyond what was allowed is refused, and one that reaches it is not', async () => {
    const source = byteSourceFromBytes(gzipSync(Buffer.from(noise(10_000))));

    expect(await codeOf(inflated(source, 9_999))).toBe('gzip-expands-too-much');
    expect(await codeOf(inflated(source, 10_000))).toBe('none');
  });

  it('whose source fails fails for that reason, not for being damaged', async () => {
    const bytes = gzipSync(Buffer.from(noise(5 * MiB)), { level: 0 });
    const reason = Object.assign(new Error('no answer'), { code: 'storage-unavailable' });
    const source: ByteSource = {
      byteLength: bytes.length,
      slice: async (start, end) => {
        if (start > 0) throw reason;
        return bytes.subarray(start, end);
      },
    };

    await expect(inflated(source)).rejects.toBe(reason);
  });

  it('whose reader stops early is not read to the end', async () => {
    const bytes = gzipSync(Buffer.from(noise(40 * MiB)), { level: 0 });
    let read = 0;
    const source: ByteSource = {
      byteLength: bytes.length,
      slice: async (start, end) => ((read = end), bytes.subarray(start, end)),
    };
    for await (const chunk of inflate(source, 1_000 * MiB)) if (chunk.length > 0) break;

    expect(read).toBeLessThan(bytes.length / 2);
  });
});

describe('whether a file is gzip', () => {
  it.each([
    [Buffer.from([0x1f, 0x8b]), true],
    [gzipSync('x'), true],
    [Buffer.from([0x1f]), false],
    [Buffer.from('0       '), false],
    [Buffer.alloc(0), false],
  ])('is told by its first two bytes (%#)', async (bytes, expected) => {
    expect(await isGzip(byteSourceFromBytes(bytes))).toBe(expected);
  });
});
