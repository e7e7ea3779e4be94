import fc from 'fast-check';
import { byteSourceFromBytes } from '../byte-source.ts';
import { readDigital, readPhysical } from '../data-record.ts';
import { isEdfError } from '../errors.ts';
import { checkHeader } from '../header.ts';
import { openEdf } from '../open.ts';
import { readAnnotations } from '../read-annotations.ts';
import { arbitraryRecording, writeIntended } from '../test-support/arbitraries.ts';
import { memorySink } from './edf-sink.ts';
import type { EdfWriterOptions } from './edf-writer-options.ts';
import { createEdfWriter } from './edf-writer.ts';
import type { WriteAnnotation } from './encode-tal.ts';
import { choosePhysicalLimits } from './physical-limits.ts';

const eeg = {
  label: 'EEG Fpz-Cz',
  physicalDimension: 'uV',
  physicalMin: -3276.8,
  physicalMax: 3276.7,
  samplesPerDataRecord: 4,
};
const base: EdfWriterOptions = {
  variant: 'EDF+C',
  startDateTime: '2026-11-22T23:15:30',
  dataRecordDurationSeconds: 1,
  signals: [eeg],
};
const sorted = (annotations: readonly WriteAnnotation[]): string[] =>
  annotations.map(({ onsetNs, durationNs, text }) => `${onsetNs} ${durationNs ?? null} ${text}`).sort();

async function codeOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
    return 'no error';
  } catch (error) {
    return isEdfError(error) ? `${error.code} ${error.field ?? error.signal ?? ''}`.trim() : error;
  }
}

test('what is written is what is read: header, samples, gaps and annotations of any recording', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRecording, fc.integer({ min: 1, max: 50 }), async (intended, pieceLength) => {
      const { options, runs, annotations } = intended;
      const bytes = await writeIntended(intended, pieceLength);
      const file = await openEdf(byteSourceFromBytes(bytes));
      expect(file.header).toMatchObject({
        variant: options.variant,
        startDateTime: options.startDateTime,
        dataRecordDurationSeconds: options.dataRecordDurationSeconds,
        declaredDataRecordCount: file.dataRecordCount,
      });
      expect(file.header.headerByteLength + file.dataRecordCount * file.header.dataRecordByteLength).toBe(
        bytes.length,
      );
      for (const [index, expected] of options.signals.entries()) {
        const { transducerType = '', prefiltering = '', ...others } = expected;
        expect(file.header.signals[index]).toMatchObject({ ...others, transducerType, prefiltering });
        const values = runs.flatMap(({ samples }) => samples[index]!);
        expect([...(await readDigital(file, index, 0, values.length))]).toEqual(values);
      }
      const read = await readAnnotations(file);
      expect(sorted(read.annotations)).toEqual(sorted(annotations));
      expect(read.timeline.runs.map(({ startNs }) => startNs)).toEqual(runs.map(({ startNs }) => startNs));
      // EDF055: a +D recording of one run; EDF061 and EDF062: annotations outside the recording, or twice.
      const others = read.findings.filter(({ id }) => !['EDF055', 'EDF061', 'EDF062', 'EDF063'].includes(id));
      expect(others).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('the number of data records is patched into the header when it was not known', async () => {
  const sink = memorySink();
  const writer = createEdfWriter(sink, base);
  for (let i = 0; i < 6; i++) await writer.addDigital(0, [i, i]);
  const written = await writer.finish();
  expect(written).toMatchObject({ dataRecordCount: 3, byteLength: sink.bytes().length });
  expect(checkHeader(sink.bytes(), sink.bytes().length).header?.declaredDataRecordCount).toBe(3);
});

test('physical values come back within the error that is reported', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: -9_999, max: 99_999, noNaN: true }), { minLength: 1, maxLength: 50 }),
      fc.boolean(),
      async (values, isBdf) => {
        const limits = choosePhysicalLimits(
          { min: Math.min(...values), max: Math.max(...values) },
          isBdf ? 3 : 2,
        );
        const sink = memorySink();
        const writer = createEdfWriter(sink, {
          ...base,
          variant: isBdf ? 'BDF' : 'EDF',
          signals: [{ ...eeg, ...limits, samplesPerDataRecord: values.length }],
        });
        await writer.addPhysical(0, values);
        const { signals } = await writer.finish();
        const read = await readPhysical(
          await openEdf(byteSourceFromBytes(sink.bytes())),
          0,
          0,
          values.length,
        );
        const errors = values.map((value, i) => Math.abs(value - read[i]!));
        expect(Math.max(...errors)).toBe(signals[0]!.largestError);
        expect(signals[0]!.largestError).toBeLessThanOrEqual(limits.maxError * (1 + 1e-9) + 1e-9);
      },
    ),
    { numRuns: 200 },
  );
});

test('annotations that come after the last sample find room in the data record that was held back', async () => {
  const sink = memorySink();
  const writer = createEdfWriter(sink, base);
  await writer.addDigital(0, [1, 2, 3, 4]);
  writer.addAnnotation({ onsetNs: 1_000_000_000n, text: 'Recording ends' });
  await writer.finish();
  const { annotations } = await readAnnotations(await openEdf(byteSourceFromBytes(sink.bytes())));
  expect(annotations).toMatchObject([{ onsetNs: 1_000_000_000n, text: 'Recording ends', record: 0 }]);
});

test('a crowded second does not make every data record large, and nothing is lost', async () => {
  const annotations = Array.from({ length: 400 }, (_, i) => ({
    onsetNs: 5_000_000_000n + BigInt(i) * 1_000_000n,
    text: `event ${i}`,
  }));
  const sink = memorySink();
  const writer = createEdfWriter(sink, { ...base, annotations, dataRecordCount: 100 });
  await writer.addDigital(0, new Int16Array(400));
  await writer.finish();
  const file = await openEdf(byteSourceFromBytes(sink.bytes()));
  expect(file.header.dataRecordByteLength).toBeLessThan(200);
  expect(sorted((await readAnnotations(file)).annotations)).toEqual(sorted(annotations));
});

test('a recording of annotations alone needs no samples', async () => {
  const sink = memorySink();
  const annotations = [{ onsetNs: 300_000_000_000n, durationNs: 30_000_000_000n, text: 'Sleep stage N1' }];
  const writer = createEdfWriter(sink, { ...base, signals: [], dataRecordDurationSeconds: 0, annotations });
  writer.addAnnotation({ onsetNs: 0n, text: 'Recording starts' });
  expect(await writer.finish()).toMatchObject({ dataRecordCount: 1, annotationCount: 2 });
  const file = await openEdf(byteSourceFromBytes(sink.bytes()));
  expect(file.findings).toEqual([]);
  expect((await readAnnotations(file)).annotations).toHaveLength(2);
});

test('what the format cannot hold is refused at once, with the field', async () => {
  const create = (change: Partial<EdfWriterOptions>, sink = memorySink()): Promise<unknown> =>
    codeOf(() => createEdfWriter(sink, { ...base, ...change }));
  const note = [{ onsetNs: 0n, text: 'a' }];
  expect(await create({})).toBe('no error');
  expect(await create({ variant: 'EDF', annotations: note })).toBe('write-value-invalid variant');
  expect(await create({ variant: 'EDF', startOffsetNs: 1n })).toBe('write-value-invalid startOffsetNs');
  expect(await create({ startOffsetNs: 1_000_000_000n })).toBe('write-value-invalid startOffsetNs');
  expect(await create({ dataRecordDurationSeconds: 0 })).toBe('write-value-invalid dataRecordDuration');
  expect(await create({ dataRecordDurationSeconds: -1 })).toBe('write-value-invalid dataRecordDuration');
  expect(await create({ dataRecordDurationSeconds: 1 / 3 })).toBe('write-value-invalid dataRecordDuration');
  expect(await create({ signals: [{ ...eeg, label: 'EDF Annotations' }] })).toBe('write-value-invalid label');
  expect(await create({ signals: [{ ...eeg, physicalMax: -3276.8 }] })).toBe(
    'write-value-invalid physicalMax',
  );
  expect(await create({ signals: [{ ...eeg, digitalMax: 40_000 }] })).toBe('write-value-invalid digitalMax');
  expect(await create({ signals: [{ ...eeg, samplesPerDataRecord: 1.5 }] })).toBe(
    'write-value-invalid samplesPerDataRecord',
  );
  expect(await create({ annotations: [{ onsetNs: 0n, text: 'a\x14b' }] })).toBe('write-value-invalid text');
  expect(await create({ annotations: [{ onsetNs: 0n, text: '\ud800' }] })).toBe('write-value-invalid text');
  expect(await create({ annotations: [{ onsetNs: 0n, text: '' }] })).toBe('write-value-invalid text');
  expect(await create({ annotations: note, annotationsSignalCount: 0 })).toBe(
    'write-value-invalid annotationsSignalCount',
  );
  const { write } = memorySink();
  expect(await codeOf(() => createEdfWriter({ write }, base))).toBe('write-value-invalid dataRecordCount');
});

test('values and times that do not fit are refused, and leave the recording as it was', async () => {
  const sink = memorySink();
  const writer = createEdfWriter(sink, { ...base, variant: 'EDF+D', annotationsByteLength: 60 });
  expect(await codeOf(() => writer.addDigital(0, [1, 40_000]))).toBe('write-value-invalid 0');
  expect(await codeOf(() => writer.addPhysical(0, [5_000]))).toBe('write-value-invalid 0');
  expect(await codeOf(() => writer.addPhysical(0, [NaN]))).toBe('write-value-invalid 0');
  expect(await codeOf(() => writer.addDigital(7, [1]))).toBe('range-invalid 7');
  expect(await codeOf(() => writer.addAnnotation({ onsetNs: 0n, text: 'x'.repeat(60) }))).toBe(
    'annotations-too-long',
  );
  await writer.addDigital(0, [1, 2, 3, 4, 5]);
  expect(await codeOf(() => writer.startRun(9_000_000_000n))).toBe('write-value-invalid 0');
  expect(await codeOf(() => writer.finish())).toBe('write-value-invalid 0');
  await writer.addDigital(0, [6, 7, 8]);
  expect(await codeOf(() => writer.startRun(1_000_000_000n))).toBe('write-value-invalid onset');
  await writer.startRun(9_000_000_000n);
  await writer.addDigital(0, [9, 10, 11, 12]);
  expect(await writer.finish()).toMatchObject({ dataRecordCount: 3 });
  const file = await openEdf(byteSourceFromBytes(sink.bytes()));
  expect([...(await readDigital(file, 0, 0, 12))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('clipping and padding happen on request only, and are counted', async () => {
  const sink = memorySink();
  const writer = createEdfWriter(sink, { ...base, whenOutside: 'clip', lastRecord: 'repeat-last-value' });
  await writer.addPhysical(0, [0, 9_999, -9_999, Infinity, 5]);
  const { signals, dataRecordCount } = await writer.finish();
  expect(dataRecordCount).toBe(2);
  expect(signals[0]).toMatchObject({ sampleCount: 8, clippedCount: 3, paddedCount: 3 });
  const file = await openEdf(byteSourceFromBytes(sink.bytes()));
  expect([...(await readDigital(file, 0, 0, 8))]).toEqual([0, 32767, -32768, 32767, 50, 50, 50, 50]);
});

test('the largest error is that of the value that was clipped furthest', async () => {
  const largestErrorOf = async (values: number[]): Promise<number> => {
    const writer = createEdfWriter(memorySink(), { ...base, whenOutside: 'clip' });
    await writer.addPhysical(0, values);
    return (await writer.finish()).signals[0]!.largestError;
  };
  expect(await largestErrorOf([0, 1, 5000, -7000])).toBeCloseTo(7000 - 3276.8, 6);
  expect(await largestErrorOf([0, 1, -Infinity, 2])).toBe(Infinity);
});

test('annotations without room are an error that says how much more would do, never lost', async () => {
  const writer = createEdfWriter(memorySink(), { ...base, annotationsByteLength: 60 });
  for (let i = 0; i < 9; i++) writer.addAnnotation({ onsetNs: 0n, text: 'some twenty characters' });
  await writer.addDigital(0, [1, 2, 3, 4]);
  await expect(writer.finish()).rejects.toMatchObject({
    code: 'annotations-too-long',
    message: expect.stringMatching(/annotations found no room; \d+ bytes more in each data record/),
  });
});
