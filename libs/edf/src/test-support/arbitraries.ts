import fc from 'fast-check';
import { byteSourceFromBytes } from '../byte-source.ts';
import type { EdfVariant } from '../header.ts';
import type { EdfFile } from '../open.ts';
import { openEdf } from '../open.ts';
import type { WriteSignal } from '../write.ts';
import type { EdfWriterOptions } from '../write/edf-writer-options.ts';
import { createEdfWriter } from '../write/edf-writer.ts';
import { memorySink } from '../write/edf-sink.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';

/** A recording as its author means it: digital values for each run, and annotations. */
export interface IntendedRecording {
  readonly options: EdfWriterOptions;
  /** For each run its start and, for each signal, all its samples. */
  readonly runs: readonly { readonly startNs: bigint; readonly samples: readonly (readonly number[])[] }[];
  readonly annotations: readonly WriteAnnotation[];
}

const asciiText = (maxLength: number): fc.Arbitrary<string> =>
  fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/).filter((text) => text.length <= maxLength);

const signalOf = (isBdf: boolean): fc.Arbitrary<WriteSignal> => {
  const most = isBdf ? 8_388_607 : 32_767;
  return fc
    .record({
      label: asciiText(16).filter((text) => !text.includes('Annotations')),
      physicalDimension: asciiText(8).filter((text) => text !== 'Filtered'),
      physical: fc.uniqueArray(fc.integer({ min: -9_999_99, max: 99_999_99 }), {
        minLength: 2,
        maxLength: 2,
      }),
      digital: fc.uniqueArray(fc.integer({ min: -most - 1, max: most }), { minLength: 2, maxLength: 2 }),
      samplesPerDataRecord: fc.integer({ min: 1, max: 12 }),
      transducerType: fc.option(asciiText(80), { nil: undefined }),
      prefiltering: fc.option(asciiText(80), { nil: undefined }),
    })
    .map(({ physical, digital, ...rest }) => ({
      ...rest,
      physicalMin: physical[0]! / 100,
      physicalMax: physical[1]! / 100,
      digitalMin: Math.min(...digital),
      digitalMax: Math.max(...digital),
    }));
};

const text = fc.oneof(
  fc.constantFrom(
    'Lights off',
    '+1.5',
    '-3',
    'M\u00fcde',
    '\u7761\u7720',
    'a\tb\r\nc',
    '\ufeffbom',
    'x'.repeat(700),
  ),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((value) => value.isWellFormed() && [...value].every((one) => one.codePointAt(0)! >= 0x20)),
);

export const arbitraryAnnotation: fc.Arbitrary<WriteAnnotation> = fc.record({
  onsetNs: fc.oneof(
    fc.bigInt({ min: -5_000_000_000n, max: 60_000_000_000n }),
    fc.integer({ min: 0, max: 40 }).map((seconds) => BigInt(seconds) * 1_000_000_000n),
    fc.bigInt({ min: -9_223_372_036_854_775_807n, max: 9_223_372_036_854_775_807n }),
  ),
  durationNs: fc.option(fc.bigInt({ min: 0n, max: 90_000_000_000n }), { nil: null }),
  text,
});

/** Whole recordings of any variant: mixed rates, negative gains, sub-second starts, gaps, annotations. */
export const arbitraryRecording: fc.Arbitrary<IntendedRecording> = fc
  .record({
    variant: fc.constantFrom<EdfVariant>('EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'),
    startDateTime: fc.constantFrom('1985-01-01T00:00:00', '2026-12-31T23:59:50', '2084-02-29T12:00:00'),
    startOffsetNs: fc.constantFrom(0n, 0n, 500_000_000n, 394_531_000n, 1n, 999_999_999n),
    dataRecordDurationSeconds: fc.constantFrom(0.024, 0.5, 1, 1.0284, 30),
    recordCounts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    gaps: fc.array(fc.constantFrom(2_000_000n, 1_000_000_000n, 7_123_456_789n, 86_400_000_000_000n), {
      minLength: 4,
      maxLength: 4,
    }),
    annotations: fc.array(arbitraryAnnotation, { maxLength: 12 }),
    localPatientIdentification: fc.option(asciiText(80), { nil: undefined }),
    isCountKnown: fc.boolean(),
    annotationsSignalCount: fc.constantFrom(1, 1, 2, 3),
    seed: fc.integer(),
  })
  .chain((shape) =>
    fc
      .array(signalOf(shape.variant.startsWith('BDF')), { minLength: 1, maxLength: 5 })
      .map((signals) => intend(shape, signals)),
  );

interface Shape {
  variant: EdfVariant;
  startDateTime: string;
  startOffsetNs: bigint;
  dataRecordDurationSeconds: number;
  recordCounts: number[];
  gaps: bigint[];
  annotations: WriteAnnotation[];
  localPatientIdentification: string | undefined;
  isCountKnown: boolean;
  annotationsSignalCount: number;
  seed: number;
}

/** Subfields where EDF+ wants them. */
function patientOf(text: string | undefined, isPlus: boolean): string | undefined {
  if (text === undefined || !isPlus) return text;
  return `X F 02-AUG-1984 ${text.replaceAll(' ', '_')}`.slice(0, 80);
}

function intend(shape: Shape, signals: WriteSignal[]): IntendedRecording {
  const { variant, gaps, seed, isCountKnown, recordCounts, annotations, ...rest } = shape;
  const isPlus = variant.includes('+');
  const counts = variant.endsWith('D') ? recordCounts : recordCounts.slice(0, 1);
  const durationNs = BigInt(Math.round(shape.dataRecordDurationSeconds * 1e9));
  let state = seed | 1;
  const next = (low: number, high: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return low + ((state >>> 8) % (high - low + 1));
  };
  let startNs = isPlus ? shape.startOffsetNs : 0n;
  const runs = counts.map((count, index) => {
    if (index > 0) startNs += gaps[index - 1]!;
    const run = {
      startNs,
      samples: signals.map(({ samplesPerDataRecord, digitalMin, digitalMax }) =>
        Array.from({ length: samplesPerDataRecord * count }, () => next(digitalMin!, digitalMax!)),
      ),
    };
    startNs += durationNs * BigInt(count);
    return run;
  });
  const options: EdfWriterOptions = {
    ...rest,
    localPatientIdentification: patientOf(rest.localPatientIdentification, isPlus),
    variant,
    signals,
    startOffsetNs: isPlus ? shape.startOffsetNs : 0n,
    annotations: isPlus ? annotations : [],
    dataRecordCount: isCountKnown ? counts.reduce((sum, count) => sum + count, 0) : undefined,
    // A recording whose length is not known cannot be planned for: all of them in one data record.
    annotationsByteLength: isPlus && !isCountKnown ? 24_000 : undefined,
  };
  return { options, runs, annotations: isPlus ? annotations : [] };
}

/** Writes it in pieces of `pieceLength` samples, signal after signal. */
export async function writeIntended(intended: IntendedRecording, pieceLength = 5): Promise<Uint8Array> {
  const sink = memorySink();
  const writer = createEdfWriter(sink, intended.options);
  for (const [index, { startNs, samples }] of intended.runs.entries()) {
    if (index > 0) await writer.startRun(startNs);
    const longest = Math.max(...samples.map(({ length }) => length));
    for (let at = 0; at < longest; at += pieceLength)
      for (const [signal, values] of samples.entries())
        await writer.addDigital(signal, values.slice(at, at + pieceLength));
  }
  await writer.finish();
  return sink.bytes();
}

export async function openIntended(intended: IntendedRecording): Promise<EdfFile> {
  return openEdf(byteSourceFromBytes(await writeIntended(intended)));
}
