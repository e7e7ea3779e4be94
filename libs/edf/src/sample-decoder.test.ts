import type { ByteSource } from './byte-source.ts';
import { byteSourceFromBytes } from './byte-source.ts';
import { readDigital, readPhysical } from './data-record.ts';
import { isEdfError } from './errors.ts';
import { loadKernels } from './kernels/load-kernels.ts';
import type { EdfFile } from './open.ts';
import { openEdf } from './open.ts';
import type { SampleDecoder } from './sample-decoder.ts';
import { createSampleDecoder } from './sample-decoder.ts';
import { goodOptions, recordingBytes } from './test-support/recordings.ts';

const recordCount = 11;

function bytesOf(variant: 'EDF+C' | 'BDF'): Uint8Array {
  const [eeg] = goodOptions(variant).signals;
  const signals = [1, 7, 16, 33, 100, 300].map((samplesPerDataRecord, index) => ({
    ...eeg!,
    samplesPerDataRecord,
    physicalMax: eeg!.physicalMax + index,
    digitalMin: -2000,
    digitalMax: 2000,
  }));
  return recordingBytes(goodOptions(variant, { signals, dataRecordCount: recordCount }));
}

/** A source that fills memory it is given, and counts what it was asked for. */
function readingSource(bytes: Uint8Array): ByteSource & { reads: number; lack: number } {
  return {
    byteLength: bytes.length,
    reads: 0,
    lack: 0,
    slice: async (start, end) => bytes.slice(start, end),
    async readInto(target, start) {
      this.reads++;
      target.set(bytes.subarray(start, start + target.length));
      return target.length - this.lack;
    },
  };
}

const kinds = [
  ['EDF+C', 'WebAssembly', true],
  ['EDF+C', 'scalar', false],
  ['BDF', 'WebAssembly', true],
  ['BDF', 'scalar', false],
] as const;

async function opened(
  variant: 'EDF+C' | 'BDF',
  isWasm = true,
): Promise<{ file: EdfFile; decoder: SampleDecoder }> {
  const file = await openEdf(byteSourceFromBytes(bytesOf(variant)));
  const kernels = await loadKernels(isWasm ? undefined : null);
  const blockByteLength = file.header.dataRecordByteLength * 3 + 1;
  return { file, decoder: await createSampleDecoder(file, { blockByteLength, kernels }) };
}

const ordinary = (file: EdfFile): number[] =>
  file.header.signals.filter(({ isAnnotations }) => !isAnnotations).map(({ index }) => index);

describe.each(kinds)('%s, %s kernels', (variant, _, isWasm) => {
  test('blocks give the stored integers and the physical values in all widths', async () => {
    const { file, decoder } = await opened(variant, isWasm);
    for (const index of ordinary(file)) {
      const count = file.header.signals[index]!.samplesPerDataRecord * recordCount;
      const digital: number[] = [];
      const exact: number[] = [];
      const rounded: number[] = [];
      const fast: number[] = [];
      const shape: number[][] = [];
      for await (const block of decoder.blocks()) {
        shape.push([block.firstRecord, block.recordCount, block.bytes.length]);
        digital.push(...block.digital(index));
        exact.push(...block.physical(index));
        rounded.push(...block.physicalFloat32(index));
        fast.push(...block.fastFloat32(index));
      }
      const bytes = file.header.dataRecordByteLength;
      expect(shape).toEqual([0, 3, 6, 9].map((first, i) => [first, i < 3 ? 3 : 2, (i < 3 ? 3 : 2) * bytes]));
      const physical = await readPhysical(file, index, 0, count);
      expect(digital).toEqual([...(await readDigital(file, index, 0, count))]);
      expect(exact).toEqual([...physical]);
      expect(rounded).toEqual([...physical].map(Math.fround));
      fast.forEach((value, i) => expect(Math.abs(value - physical[i]!)).toBeLessThan(1e-3));
    }
  });

  test('arrays of different signals hold side by side', async () => {
    const { file, decoder } = await opened(variant, isWasm);
    for await (const block of decoder.blocks({ firstRecord: 4, recordCount: 1 })) {
      const arrays = ordinary(file).map((index) => block.physical(index));
      for (const index of ordinary(file)) {
        const perRecord = file.header.signals[index]!.samplesPerDataRecord;
        expect([...arrays[index]!]).toEqual([...(await readPhysical(file, index, 4 * perRecord, perRecord))]);
      }
    }
  });

  test('statistics are exact over all blocks, until they are reset', async () => {
    const { file, decoder } = await opened(variant, isWasm);
    for (let walk = 0; walk < 2; walk++) {
      for await (const block of decoder.blocks()) for (const index of ordinary(file)) block.measure(index);
      for (const index of ordinary(file)) {
        const count = file.header.signals[index]!.samplesPerDataRecord * recordCount;
        const values = [...(await readDigital(file, index, 0, count))];
        const repeats = values.map((value, i) => i > 0 && value === values[i - 1]);
        expect(decoder.statistics(index)).toMatchObject({
          count,
          min: Math.min(...values),
          max: Math.max(...values),
          sum: values.reduce((sum, value) => sum + BigInt(value), 0n),
          sumOfSquares: values.reduce((sum, value) => sum + BigInt(value) ** 2n, 0n),
          atDigitalMin: values.filter((value) => value === -2000).length,
          atDigitalMax: values.filter((value) => value === 2000).length,
          belowDigitalMin: values.filter((value) => value < -2000).length,
          aboveDigitalMax: values.filter((value) => value > 2000).length,
          firstOutside: values.findIndex((value) => value < -2000 || value > 2000),
          repeated: repeats.filter(Boolean).length,
        });
      }
      decoder.resetStatistics();
      expect(decoder.statistics(0)).toMatchObject({ count: 0, min: 0, max: 0, sum: 0n, firstOutside: -1 });
    }
  });

  test('bins of the overview are those of the whole signal, whatever the blocks', async () => {
    const { file, decoder } = await opened(variant, isWasm);
    for (let walk = 0; walk < 2; walk++) {
      for (const index of ordinary(file)) {
        const levels = [16, 64, 256, 1024].map((samplesPerBin) => ({
          samplesPerBin,
          min: [] as number[],
          max: [] as number[],
        }));
        for await (const block of decoder.blocks()) {
          block.overview(index).forEach((bins, level) => {
            expect(bins.firstBin).toBe(levels[level]!.min.length);
            expect(bins.samplesPerBin).toBe(levels[level]!.samplesPerBin);
            levels[level]!.min.push(...bins.min);
            levels[level]!.max.push(...bins.max);
          });
        }
        const count = file.header.signals[index]!.samplesPerDataRecord * recordCount;
        const values = await readDigital(file, index, 0, count);
        for (const { samplesPerBin, min, max } of levels) {
          const bins = Array.from({ length: Math.ceil(count / samplesPerBin) }, (_, i) =>
            values.subarray(i * samplesPerBin, (i + 1) * samplesPerBin),
          );
          expect(min).toEqual(bins.map((bin) => Math.min(...bin)));
          expect(max).toEqual(bins.map((bin) => Math.max(...bin)));
        }
      }
    }
  });
});

test('a source that can fill memory is not asked for slices, and must fill it', async () => {
  const source = readingSource(bytesOf('EDF+C'));
  const file = await openEdf({ ...source, slice: source.slice });
  const reading = { ...file, source };
  const decoder = await createSampleDecoder(reading);
  for await (const block of decoder.blocks()) expect(block.recordCount).toBe(recordCount);
  expect(source.reads).toBe(1);
  source.lack = 1;
  const walk = async (): Promise<void> => {
    for await (const block of decoder.blocks()) block.measure(0);
  };
  await expect(walk()).rejects.toMatchObject({ code: 'source-read-short' });
});

test('annotations signals and signals that are not there are refused', async () => {
  const { decoder } = await opened('EDF+C');
  for await (const block of decoder.blocks({ recordCount: 1 })) {
    for (const index of [6, 7, -1]) {
      expect(() => block.digital(index)).toThrow(/no ordinary signal/);
      expect(() => block.measure(index)).toThrow(/no ordinary signal/);
    }
  }
  expect(() => decoder.statistics(6)).toThrow(/no ordinary signal/);
});

test('memory that cannot be had is an error with a code', async () => {
  const { file } = await opened('EDF+C');
  const kernels = await loadKernels(null);
  const poor = {
    ...kernels,
    memory: {
      buffer: new ArrayBuffer(0),
      grow(): number {
        throw new RangeError('no memory');
      },
    },
  };
  let error: unknown;
  try {
    await createSampleDecoder(file, { kernels: poor });
  } catch (caught) {
    error = caught;
  }
  expect(isEdfError(error, 'memory-insufficient')).toBe(true);
});

test('an abort ends the walk', async () => {
  const { decoder } = await opened('EDF+C');
  const reason = new Error('enough');
  const walk = async (): Promise<void> => {
    for await (const block of decoder.blocks({ signal: AbortSignal.abort(reason) })) block.measure(0);
  };
  await expect(walk()).rejects.toBe(reason);
});
