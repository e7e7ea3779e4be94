import type { ByteSource } from './byte-source.ts';
import { byteSourceFromBytes } from './byte-source.ts';
import type { EdfFile } from './open.ts';
import { openEdf } from './open.ts';
import { physicalScale } from './physical-scale.ts';
import { readAnnotations } from './read-annotations.ts';
import { readInto } from './read-into.ts';
import { readRange } from './read-range.ts';
import { signalView } from './signal-view.ts';
import { goodOptions, recordingBytes, samplesOf, withSignalField } from './test-support/recordings.ts';
import { encodeHeader } from './write.ts';

const options = goodOptions('EDF+C', { dataRecordCount: 5 });
const bytes = recordingBytes(options);
const stored = [0, 1, 2, 3, 4].flatMap((record) => samplesOf(options, record)[0]!);

const open = (of: Uint8Array): Promise<EdfFile> => openEdf(byteSourceFromBytes(of));

test('any range reads the same samples as the whole, into any array', async () => {
  const file = await open(bytes);
  const { gain, offset } = physicalScale(file.header.signals[0]!);
  for (const [from, to] of [
    [0, 40],
    [0, 0],
    [3, 5],
    [7, 9],
    [8, 16],
    [39, 40],
  ] as const) {
    const expected = stored.slice(from, to);
    for (const make of [Int16Array, Int32Array, Float32Array, Float64Array]) {
      const out = new make(to - from + 2).fill(77);
      expect(await readInto(file, 0, { from, to }, out)).toBe(to - from);
      const physical = expected.map((value) => gain * (value + offset));
      const wanted =
        make === Float64Array ? physical : make === Float32Array ? physical.map(Math.fround) : expected;
      expect([...out]).toEqual([...wanted, 77, 77]);
    }
  }
});

test('24-bit samples keep all their bits', async () => {
  const bdf = goodOptions('BDF', { dataRecordCount: 2 });
  const values = [-8_388_608, 8_388_607, -1, 0, 1, 256, -65_536, 123_456];
  const records = [0, 1].map(() => ({ samples: [values, [5]] }));
  const file = await open(recordingBytes(bdf, records));
  const out = new Int32Array(16);
  await readInto(file, 0, { from: 0, to: 16 }, out);
  expect([...out]).toEqual([...values, ...values]);
  const { gain, offset } = physicalScale(file.header.signals[0]!);
  const physical = new Float64Array(8);
  await readInto(file, 0, { from: 8, to: 16 }, physical);
  expect([...physical]).toEqual(values.map((value) => gain * (value + offset)));
  await expect(readInto(file, 0, { from: 0, to: 1 }, new Int16Array(1))).rejects.toMatchObject({
    code: 'range-invalid',
  });
});

test('stretches longer than the kernels take at once are put together', async () => {
  const [eeg] = options.signals;
  const long = goodOptions('EDF', {
    dataRecordCount: 3,
    signals: [{ ...eeg!, samplesPerDataRecord: 60_001 }],
  });
  const file = await open(recordingBytes(long));
  const expected = [0, 1, 2].flatMap((record) => samplesOf(long, record)[0]!);
  const out = new Int32Array(180_003 - 11);
  await readInto(file, 0, { from: 11, to: 180_003 }, out);
  expect(Buffer.from(out.buffer).equals(Buffer.from(Int32Array.from(expected.slice(11)).buffer))).toBe(true);
});

test('of data records that are mostly other signals only the segments are read', async () => {
  const [eeg] = options.signals;
  const wide = goodOptions('EDF', {
    dataRecordCount: 3,
    signals: [
      { ...eeg!, samplesPerDataRecord: 200_000 },
      { ...eeg!, samplesPerDataRecord: 4 },
    ],
  });
  const whole = recordingBytes(wide);
  const reads: number[] = [];
  const source: ByteSource = {
    byteLength: whole.length,
    async slice(start, end) {
      reads.push(end - start);
      return whole.subarray(start, end);
    },
  };
  const file = await openEdf(source);
  reads.length = 0;
  const out = new Int32Array(10);
  await readInto(file, 1, { from: 1, to: 11 }, out);
  expect(reads).toEqual([6, 8, 6]);
  expect([...out]).toEqual([0, 1, 2].flatMap((record) => samplesOf(wide, record)[1]!).slice(1, 11));
});

test('of a recording that is one large data record only the samples asked for are read', async () => {
  const perRecord = 90_000_000;
  const header = encodeHeader(
    goodOptions('EDF', {
      dataRecordDurationSeconds: 86_400,
      dataRecordCount: 1,
      signals: [{ ...options.signals[0]!, samplesPerDataRecord: perRecord }],
    }),
  );
  const reads: number[] = [];
  // Each sample is the lower 15 bits of its number.
  const source: ByteSource = {
    byteLength: header.length + 2 * perRecord,
    async slice(start, end) {
      reads.push(end - start);
      return Uint8Array.from({ length: end - start }, (_, i) => {
        const at = start + i - header.length;
        return at < 0 ? header[start + i]! : at % 2 === 0 ? (at >> 1) & 0xff : (at >> 9) & 0x7f;
      });
    },
  };
  const file = await openEdf(source);
  const read = async (run: () => Promise<unknown>): Promise<number> => {
    reads.length = 0;
    await run();
    return reads.reduce((sum, length) => sum + length, 0);
  };
  const ten = new Int32Array(10);
  expect(await read(() => readInto(file, 0, { from: 40_000_000, to: 40_000_010 }, ten))).toBe(20);
  expect([...ten]).toEqual(Array.from({ length: 10 }, (_, i) => (40_000_000 + i) & 0x7fff));
  const { timeline } = await readAnnotations(file);
  const tenth = { fromNs: 0n, toNs: 100_000_000n };
  expect(await read(() => readRange(file, 0, timeline, tenth))).toBeLessThan(1000);
  expect(await read(() => signalView(file, 0).read(5, 10))).toBe(2 * 16_384);
  const long = new Int32Array(700_000);
  expect(await read(() => readInto(file, 0, { from: 3, to: 700_003 }, long))).toBe(1_400_000);
  expect(Math.max(...reads)).toBe(1024 * 1024);
  expect(long.every((value, i) => value === ((i + 3) & 0x7fff))).toBe(true);
});

test('voltages are given in the unit asked for, other quantities are not guessed', async () => {
  const file = await open(bytes);
  const plain = new Float64Array(8);
  const milli = new Float64Array(8);
  await readInto(file, 0, { from: 0, to: 8 }, plain);
  await readInto(file, 0, { from: 0, to: 8 }, milli, { unit: 'mV' });
  expect([...milli]).toEqual([...plain].map((value) => value * 0.001));
  const narrow = new Float32Array(8);
  await readInto(file, 0, { from: 0, to: 8 }, narrow, { unit: 'mV' });
  expect([...narrow]).toEqual([...milli].map(Math.fround));
  const temperature = readInto(file, 1, { from: 0, to: 1 }, plain, { unit: 'mV' });
  await expect(temperature).rejects.toMatchObject({ code: 'range-invalid', field: 'physicalDimension' });
  const uncalibrated = await open(withSignalField(bytes, 'digitalMax', 0, '-32768'));
  const guessed = readInto(uncalibrated, 0, { from: 0, to: 1 }, plain, { unit: 'mV' });
  await expect(guessed).rejects.toMatchObject({ code: 'range-invalid' });
});

describe('log-transformed signals', () => {
  const filtered = withSignalField(bytes, 'physicalDimension', 0, 'Filtered');
  const known = withSignalField(
    filtered,
    'prefiltering',
    0,
    'sign*LN[sign*(mV      )/(0.01    )]/(0.002   )',
  );

  test('are decoded when that is asked for, in a unit too', async () => {
    const file = await open(known);
    const out = new Float64Array(8);
    await readInto(file, 0, { from: 0, to: 8 }, out, { isLogFloatDecoded: true });
    const expected = stored
      .slice(0, 8)
      .map((n) => (n === 0 ? 0 : Math.sign(n) * 0.01 * Math.exp(0.002 * Math.abs(n))));
    expect([...out]).toEqual(expected);
    await readInto(file, 0, { from: 0, to: 8 }, out, { isLogFloatDecoded: true, unit: 'uV' });
    expect([...out]).toEqual(expected.map((value) => value * 1000));
  });

  test('are stored integers otherwise', async () => {
    const out = new Float64Array(8);
    await readInto(await open(known), 0, { from: 0, to: 8 }, out);
    expect([...out]).toEqual(stored.slice(0, 8));
    const digital = new Int32Array(8);
    await readInto(await open(known), 0, { from: 0, to: 8 }, digital, { isLogFloatDecoded: true });
    expect([...digital]).toEqual(stored.slice(0, 8));
  });

  test('are refused when their parameters cannot be read', async () => {
    const action = readInto(await open(filtered), 0, { from: 0, to: 8 }, new Float64Array(8), {
      isLogFloatDecoded: true,
    });
    await expect(action).rejects.toMatchObject({ code: 'range-invalid', field: 'prefiltering' });
  });
});

test('two reads at the same time do not disturb each other', async () => {
  const slow: ByteSource = {
    byteLength: bytes.length,
    async slice(start, end) {
      await new Promise((resolve) => setImmediate(resolve));
      return bytes.subarray(start, end);
    },
  };
  const file = await openEdf(slow);
  const outs = Array.from({ length: 5 }, () => new Int32Array(8));
  await Promise.all(outs.map((out, i) => readInto(file, 0, { from: 8 * i, to: 8 * i + 8 }, out)));
  expect(outs.flatMap((out) => [...out])).toEqual(stored);
});
