import { byteSourceFromBytes } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { readDigital, readPhysical, recordBlocks } from './data-record.ts';
import { digitalSamplesInto } from './digital-samples.ts';
import { isEdfError } from './errors.ts';
import { parseHeader } from './header.ts';
import { openEdf } from './open.ts';
import { physicalScale } from './physical-scale.ts';
import {
  concatenated,
  goodOptions,
  goodRecording,
  recordingBytes,
  samplesOf,
  withSignalField,
} from './test-support/recordings.ts';

const bytes = goodRecording('EDF+C');
const options = goodOptions('EDF+C');

async function codeOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return isEdfError(error) ? error.code : error;
  }
  return 'no error';
}

test.each([0, 1])('samples are the same whether the bytes begin at an even or an odd place (%i)', (odd) => {
  // Segments of both sides of the length at which copying changes from a loop to TypedArray.set.
  const signals = [1, 8, 31, 32, 33, 100].map((samplesPerDataRecord) => ({
    ...options.signals[0]!,
    samplesPerDataRecord,
  }));
  for (const variant of ['EDF', 'BDF'] as const) {
    const wide = goodOptions(variant, { signals });
    const whole = recordingBytes(wide);
    const header = parseHeader(whole);
    const moved = concatenated([new Uint8Array(odd), whole.subarray(header.headerByteLength)]).subarray(odd);
    for (const signal of header.signals) {
      const out = new Int32Array(3 * signal.samplesPerDataRecord + 2).fill(77);
      expect(digitalSamplesInto(header, signal, moved, 3, out, 1)).toBe(3 * signal.samplesPerDataRecord);
      const expected = [0, 1, 2].flatMap((record) => samplesOf(wide, record)[signal.index]!);
      expect([...out]).toEqual([77, ...expected, 77]);
      if (variant === 'BDF') continue;
      const narrow = new Int16Array(expected.length);
      digitalSamplesInto(header, signal, moved, 3, narrow);
      expect([...narrow]).toEqual(expected);
    }
  }
});

test('arrays that are too short or too narrow are refused', async () => {
  const header = parseHeader(bytes);
  const signal = header.signals[0]!;
  const records = bytes.subarray(1024);
  expect(await codeOf(() => digitalSamplesInto(header, signal, records, 4, new Int32Array(99)))).toBe(
    'range-invalid',
  );
  expect(await codeOf(() => digitalSamplesInto(header, signal, records, 3, new Int32Array(23)))).toBe(
    'range-invalid',
  );
  expect(await codeOf(() => digitalSamplesInto(header, signal, records, 3, new Int32Array(24), 1))).toBe(
    'range-invalid',
  );
  const bdf = goodRecording('BDF');
  const wide = parseHeader(bdf);
  const action = (): number =>
    digitalSamplesInto(wide, wide.signals[0]!, bdf.subarray(768), 1, new Int16Array(8));
  expect(await codeOf(action)).toBe('range-invalid');
});

test('the scale is EDFlib\u2019s: gain * (digital + offset)', () => {
  const signal = parseHeader(bytes).signals[1]!;
  const gain = (45 - 30) / (2047 + 2048);
  expect(physicalScale(signal)).toEqual({ gain, offset: 45 / gain - 2047 });
});

test('physical values of an uncalibrated signal are its digital values', async () => {
  const file = await openEdf(byteSourceFromBytes(withSignalField(bytes, 'digitalMax', 1, '-2048')));
  expect([...(await readPhysical(file, 1, 0, 3))]).toEqual([...(await readDigital(file, 1, 0, 3))]);
});

test('samples that the recording does not hold are refused', async () => {
  const file = await openEdf(byteSourceFromBytes(bytes));
  for (const [signal, first, count] of [
    [0, 0, 25],
    [0, -1, 2],
    [0, 24, 1],
    [0, 0.5, 1],
    [0, 0, NaN],
    [2, 0, 1],
    [9, 0, 1],
  ] as const) {
    expect(await codeOf(() => readDigital(file, signal, first, count))).toBe('range-invalid');
  }
  expect(await readDigital(file, 0, 24, 0)).toHaveLength(0);
});

test('only the data records that hold the samples are read', async () => {
  const reads: [number, number][] = [];
  const source: ByteSource = {
    byteLength: bytes.length,
    async slice(start, end) {
      reads.push([start, end]);
      return bytes.subarray(start, end);
    },
  };
  const file = await openEdf(source);
  reads.length = 0;
  await readDigital(file, 0, 9, 3);
  expect(reads).toEqual([[1024 + 78, 1024 + 2 * 78]]);
});

test('opening takes one read for a small header and two for a large one', async () => {
  for (const [count, expected] of [
    [2, 1],
    [60, 2],
  ] as const) {
    const large = goodRecording('EDF', { signals: Array.from({ length: count }, () => options.signals[0]!) });
    let reads = 0;
    const source: ByteSource = {
      byteLength: large.length,
      async slice(start, end) {
        reads++;
        return large.subarray(start, end);
      },
    };
    expect((await openEdf(source)).header.signals).toHaveLength(count);
    expect(reads).toBe(expected);
  }
});

test('blocks cover all data records in order, whole records each', async () => {
  const file = await openEdf(byteSourceFromBytes(bytes));
  const blocks: number[][] = [];
  for await (const block of recordBlocks(file, { blockByteLength: 2 * 78 + 5 })) {
    blocks.push([block.firstRecord, block.recordCount, block.bytes.length]);
  }
  expect(blocks).toEqual([
    [0, 2, 156],
    [2, 1, 78],
  ]);
  const some = recordBlocks(file, { firstRecord: 1, recordCount: 1, blockByteLength: 1 });
  for await (const block of some) expect(block).toMatchObject({ firstRecord: 1, recordCount: 1 });
});

test('blocks outside the recording, a source that gives too little and an abort end the walk', async () => {
  const file = await openEdf(byteSourceFromBytes(bytes));
  const walk = async (options: Parameters<typeof recordBlocks>[1], of = file): Promise<void> => {
    for await (const block of recordBlocks(of, options)) expect(block.recordCount).toBeGreaterThan(0);
  };
  expect(await codeOf(() => walk({ firstRecord: 3, recordCount: 1 }))).toBe('range-invalid');
  expect(await codeOf(() => walk({ firstRecord: 4 }))).toBe('range-invalid');
  const shrunk = { ...file, source: byteSourceFromBytes(bytes.subarray(0, -1)) };
  expect(await codeOf(() => walk({}, shrunk))).toBe('source-read-short');
  const reason = new Error('enough');
  expect(await codeOf(() => walk({ signal: AbortSignal.abort(reason) }))).toBe(reason);
});
