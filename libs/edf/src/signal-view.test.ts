import type { ByteSource } from './byte-source.ts';
import { readPhysical } from './data-record.ts';
import { openEdf } from './open.ts';
import { readAnnotations } from './read-annotations.ts';
import { readRange } from './read-range.ts';
import { readSignals, createSamplePool } from './read-signals.ts';
import { signalView } from './signal-view.ts';
import { goodOptions, goodRecording, recordingBytes } from './test-support/recordings.ts';

function countingSource(bytes: Uint8Array): ByteSource & { reads: number; fails: number } {
  return {
    byteLength: bytes.length,
    reads: 0,
    fails: 0,
    async slice(start, end) {
      this.reads++;
      if (this.fails-- > 0) throw new Error('not now');
      return bytes.subarray(start, end);
    },
  };
}

const bytes = recordingBytes(goodOptions('EDF', { dataRecordCount: 50 }));

describe('a view of a signal', () => {
  test('gives the samples of any range and reads each block once', async () => {
    const source = countingSource(bytes);
    const file = await openEdf(source);
    const all = await readPhysical(file, 0, 0, 400);
    const view = signalView(file, 0, { blockLength: 100 });
    expect(view.length).toBe(400);
    source.reads = 0;
    for (const [from, to] of [
      [0, 400],
      [99, 101],
      [250, 251],
      [7, 7],
    ] as const) {
      expect(await view.read(from, to)).toEqual(all.slice(from, to));
    }
    expect(source.reads).toBe(4);
  });

  test('keeps no more than its budget, and drops what was not used for longest', async () => {
    const source = countingSource(bytes);
    const view = signalView(await openEdf(source), 0, { blockLength: 100, maxByteLength: 1600 });
    for (const from of [0, 100, 0, 200]) await view.read(from, from + 10);
    source.reads = 0;
    await view.read(0, 10);
    expect(source.reads).toBe(0);
    await view.read(100, 110);
    expect(source.reads).toBe(1);
  });

  test('shares reads that happen at the same time and asks again after a failure', async () => {
    const source = countingSource(bytes);
    const view = signalView(await openEdf(source), 0);
    source.reads = 0;
    source.fails = 1;
    await expect(view.read(0, 8)).rejects.toThrow('not now');
    const [a, b] = await Promise.all([view.read(0, 8), view.read(8, 16)]);
    expect([a.length, b.length, source.reads]).toEqual([8, 8, 2]);
  });

  test('refuses what the recording does not have', async () => {
    const file = await openEdf(countingSource(bytes));
    expect(() => signalView(file, 5)).toThrow(/no ordinary signal/);
    expect(() => signalView(file, 0, { blockLength: 0 })).toThrow(/block of 0/);
    await expect(signalView(file, 0).read(399, 401)).rejects.toMatchObject({ code: 'range-invalid' });
  });
});

describe('a range of time', () => {
  test('across a gap is two segments, with what was recorded in each', async () => {
    const file = await openEdf(countingSource(goodRecording('EDF+D')));
    const { timeline } = await readAnnotations(file);
    const segments = await readRange(file, 0, timeline, { fromNs: 1_500_000_000n, toNs: 10_250_000_000n });
    expect(segments.map(({ from, to, startNs }) => [from, to, startNs])).toEqual([
      [12, 16, 1_500_000_000n],
      [16, 18, 10_000_000_000n],
    ]);
    expect(segments[1]!.samples).toEqual(await readPhysical(file, 0, 16, 2));
    expect(await readRange(file, 0, timeline, { fromNs: 3_000_000_000n, toNs: 9_000_000_000n })).toEqual([]);
    await expect(readRange(file, 2, timeline, { fromNs: 0n, toNs: 1n })).rejects.toMatchObject({
      code: 'range-invalid',
    });
  });
});

describe('whole signals', () => {
  test.each(['EDF+C', 'BDF'] as const)(
    'of %s are the same fresh and in a pool, in every format',
    async (variant) => {
      const source = countingSource(recordingBytes(goodOptions(variant, { dataRecordCount: 50 })));
      const file = await openEdf(source);
      const pool = await createSamplePool();
      const physical = await Promise.all([0, 1].map((i) => readPhysical(file, i, 0, i === 0 ? 400 : 50)));
      for (const format of ['float64', 'float32', 'fast-float32', 'digital'] as const) {
        const fresh = await readSignals(file, { format, blockByteLength: 1000 });
        const pooled = await readSignals(file, { format, blockByteLength: 1000, pool });
        expect(fresh).toEqual(pooled);
        if (format === 'float64') expect(fresh).toEqual(physical);
        if (format === 'float32') expect(fresh).toEqual(physical.map((values) => Float32Array.from(values)));
        expect(fresh[0]!.constructor.name).toBe(
          { float64: 'Float64Array', float32: 'Float32Array', 'fast-float32': 'Float32Array' }[
            format as string
          ] ?? (variant === 'BDF' ? 'Int32Array' : 'Int16Array'),
        );
      }
      const some = await readSignals(file, { signals: [1], firstRecord: 10, recordCount: 5, pool });
      expect(some).toEqual([physical[1]!.slice(10, 15)]);
      expect(source.reads).toBeGreaterThan(0);
    },
  );

  test('a page of all signals is one ranged read', async () => {
    const source = countingSource(bytes);
    const file = await openEdf(source);
    source.reads = 0;
    await readSignals(file, { firstRecord: 20, recordCount: 10 });
    expect(source.reads).toBe(1);
    await expect(readSignals(file, { signals: [2] })).rejects.toMatchObject({ code: 'range-invalid' });
    await expect(readSignals(file, { firstRecord: 45, recordCount: 6 })).rejects.toMatchObject({
      code: 'range-invalid',
    });
  });

  test('more than memory holds is an error with a code, before anything is read', async () => {
    const file = await openEdf(countingSource(bytes));
    const header = { ...file.header, dataRecordByteLength: 1 };
    const huge = { ...file, header, dataRecordCount: 2 ** 40 };
    const action = readSignals(huge, { signals: [0], blockByteLength: 2 ** 30 });
    await expect(action).rejects.toMatchObject({ code: 'memory-insufficient' });
  });
});
