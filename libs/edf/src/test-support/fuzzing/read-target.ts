import { byteSourceFromBytes } from '../../byte-source.ts';
import { readTriggers } from '../../check/read-triggers.ts';
import { statusSignalOf } from '../../check/status-bits.ts';
import { readDigital, readPhysical } from '../../data-record.ts';
import { isEdfError } from '../../errors.ts';
import type { SignalHeader } from '../../header.ts';
import { loadKernels } from '../../kernels/load-kernels.ts';
import type { EdfFile } from '../../open.ts';
import { openEdf } from '../../open.ts';
import { physicalScale } from '../../physical-scale.ts';
import { readAnnotations } from '../../read-annotations.ts';
import { readInto } from '../../read-into.ts';
import { readRange } from '../../read-range.ts';
import { createSampleDecoder } from '../../sample-decoder.ts';
import { signalView } from '../../signal-view.ts';
import { expectThat } from './expect-that.ts';

// One each for all inputs: an instance for each input would cost more than what is looked for.
let kernels: { wasm: ReturnType<typeof loadKernels>; scalar: ReturnType<typeof loadKernels> } | null = null;
const mostSignals = 4;
const mostSamples = 5000;

/** Opens a recording and reads from it in every way there is; all ways must give the same numbers. */
export async function readEverything(bytes: Uint8Array): Promise<void> {
  const file = await openEdf(byteSourceFromBytes(bytes));
  const { timeline } = await readAnnotations(file);
  const counted = timeline.runs.reduce((sum, { recordCount }) => sum + recordCount, 0);
  expectThat(counted === file.dataRecordCount, 'the runs hold all data records');
  if (statusSignalOf(file.header) !== null)
    for await (const { code } of readTriggers(file))
      expectThat(code > 0 && code < 65_536, 'a trigger has 16 bits');
  const ordinary = file.header.signals.filter(({ isAnnotations }) => !isAnnotations).slice(0, mostSignals);
  for (const signal of ordinary) {
    const count = Math.min(signal.samplesPerDataRecord * file.dataRecordCount, mostSamples);
    const digital = await readDigital(file, signal.index, 0, count);
    await readOtherwise(file, signal, digital);
    if (signal.samplesPerDataRecord === 0 || file.header.dataRecordDurationNs === 0n) continue;
    const first = timeline.runs[0]?.startNs ?? 0n;
    const range = { fromNs: first, toNs: first + 2n * file.header.dataRecordDurationNs };
    for (const { from, to, samples } of await readRange(file, signal.index, timeline, range))
      expectThat(samples.length === to - from, 'a segment has its samples');
  }
  await decodeBothWays(file, ordinary);
}

async function readOtherwise(file: EdfFile, signal: SignalHeader, digital: Int32Array): Promise<void> {
  const { index } = signal;
  const { length } = digital;
  const third = Math.floor(length / 3);
  const part = await readDigital(file, index, third, length - third);
  expectThat(
    part.every((value, i) => value === digital[third + i]),
    'a part of a signal is a part of the signal',
  );
  const { gain, offset } = physicalScale(signal);
  const physical = await readPhysical(file, index, 0, length);
  expectThat(
    physical.every((value, i) => Object.is(value + 0, gain * (digital[i]! + offset) + 0)),
    'physical values are those of the formula',
  );
  const view = signalView(file, index);
  const viewed = await view.read(third, length);
  expectThat(
    viewed.every((value, i) => Object.is(value, physical[third + i])),
    'a view shows the physical values',
  );
  try {
    await readInto(file, index, { from: 0, to: length }, new Float64Array(length), {
      isLogFloatDecoded: true,
    });
  } catch (error) {
    if (!isEdfError(error)) throw error;
  }
}

async function decodeBothWays(file: EdfFile, ordinary: readonly SignalHeader[]): Promise<void> {
  if (ordinary.length === 0 || file.header.dataRecordByteLength > 100_000) return;
  kernels ??= { wasm: loadKernels(), scalar: loadKernels(null) };
  const options = { blockByteLength: 4096 };
  const wasm = await createSampleDecoder(file, { ...options, kernels: await kernels.wasm });
  const scalar = await createSampleDecoder(file, { ...options, kernels: await kernels.scalar });
  const others = scalar.blocks()[Symbol.asyncIterator]();
  for await (const block of wasm.blocks()) {
    const { value: other } = await others.next();
    for (const { index } of ordinary) {
      for (const way of ['digital', 'physical', 'physicalFloat32', 'fastFloat32'] as const) {
        const one = block[way](index);
        const two = other[way](index);
        expectThat(
          one.length === two.length && one.every((value, i) => Object.is(value, two[i])),
          `both kernels give the same (${way})`,
        );
      }
      block.measure(index);
      other.measure(index);
      block.overview(index);
      other.overview(index);
    }
  }
  for (const { index } of ordinary) {
    const one = wasm.statistics(index);
    const two = scalar.statistics(index);
    for (const key of Object.keys(one) as (keyof typeof one)[])
      expectThat(one[key] === two[key], `both kernels give the same statistics (${key})`);
  }
}
