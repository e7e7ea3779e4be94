import { encodeDataRecord, encodeHeader, parseHeader } from '@edf-pipeline/edf';
import type { EdfHeader, EdfVariant, WriteOptions } from '@edf-pipeline/edf';
import fc from 'fast-check';

/** What a small recording is generated from. */
export interface RecordingRecipe {
  readonly variant: EdfVariant;
  readonly dataRecordDurationSeconds: number;
  readonly dataRecordCount: number;
  readonly samplesPerDataRecord: readonly number[];
  /** Data records before which there is a gap (+D and +C only). */
  readonly gaps: readonly number[];
  readonly seed: number;
}

/** A recording in memory: its file, and what was put in. */
export interface GeneratedRecording {
  readonly header: EdfHeader;
  readonly file: Uint8Array;
  /** Digital values per ordinary signal, all data records. */
  readonly samples: readonly Int32Array[];
  readonly onsetsNs: readonly bigint[];
}

export const recordingRecipes: fc.Arbitrary<RecordingRecipe> = fc.record({
  variant: fc.constantFrom<EdfVariant>('EDF', 'BDF', 'EDF+C', 'EDF+D', 'BDF+D'),
  dataRecordDurationSeconds: fc.constantFrom(1, 1, 0.5, 1.0284, 0.024, 10, 45.5, 3.3),
  dataRecordCount: fc.integer({ min: 0, max: 60 }),
  samplesPerDataRecord: fc
    .array(fc.constantFrom(0, 1, 2, 3, 7, 10, 16, 25, 32, 50, 100, 128, 250, 333), { maxLength: 5 })
    .filter((counts) => counts.some((count) => count > 0)),
  gaps: fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 5 }),
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
});

/** Writes the recording of a recipe: noise with flat stretches, spikes to the limits and values beyond them. */
export function generateRecording(recipe: RecordingRecipe): GeneratedRecording {
  const { variant, dataRecordDurationSeconds, dataRecordCount, samplesPerDataRecord } = recipe;
  const random = randomNumbers(recipe.seed);
  const isBdf = variant.startsWith('BDF');
  const half = isBdf ? 8388608 : 32768;
  const ranges = samplesPerDataRecord.map((_, i) => (i % 2 ? half / 4 : half));
  const options: WriteOptions = {
    variant,
    startDateTime: '2024-05-02T22:30:00',
    dataRecordDurationSeconds,
    dataRecordCount,
    signals: samplesPerDataRecord.map((count, i) => ({
      label: `Signal ${i}`,
      physicalDimension: 'uV',
      physicalMin: i === 2 ? 500 : -500,
      physicalMax: i === 2 ? -500 : 499.5,
      digitalMin: -ranges[i]!,
      digitalMax: ranges[i]! - 1,
      samplesPerDataRecord: count,
    })),
  };
  const isPlus = variant.includes('+');
  const durationNs = BigInt(Math.round(dataRecordDurationSeconds * 1e9));
  const samples = samplesPerDataRecord.map((count, i) =>
    signalSamples(random, count * dataRecordCount, half, ranges[i]!),
  );
  const onsetsNs: bigint[] = [];
  let nextNs = 0n;
  for (let record = 0; record < dataRecordCount; record++) {
    if (isPlus && recipe.gaps.includes(record))
      nextNs += 1_500_000_000n * BigInt(1 + Math.floor(random() * 40));
    onsetsNs.push(nextNs);
    nextNs += durationNs;
  }
  const parts = [encodeHeader(options)];
  for (let record = 0; record < dataRecordCount; record++) {
    const of = (i: number) => {
      const count = samplesPerDataRecord[i]!;
      return samples[i]!.subarray(record * count, (record + 1) * count);
    };
    const onsetSeconds = Number(onsetsNs[record]!) / 1e9;
    parts.push(
      encodeDataRecord(options, record, {
        samples: samplesPerDataRecord.map((_, i) => of(i)),
        ...(isPlus && { onsetSeconds }),
        ...(isPlus && record % 3 === 0 && { annotations: [{ onsetSeconds, text: `Event ${record}` }] }),
      }),
    );
  }
  const file = joined(parts);
  return { header: parseHeader(file), file, samples, onsetsNs };
}

/** Deterministic numbers in [0, 1): mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function signalSamples(random: () => number, count: number, half: number, range: number): Int32Array {
  const samples = new Int32Array(count);
  const scale = range * 10 ** -Math.floor(random() * 4);
  let held = 0;
  for (let i = 0; i < count; i++) {
    const dice = random();
    if (held > 0) held--;
    else if (dice < 0.01) held = Math.floor(random() * 200);
    if (held > 0 && i > 0) samples[i] = samples[i - 1]!;
    else if (dice > 0.995) samples[i] = -range;
    else if (dice > 0.99) samples[i] = range - 1;
    else if (dice > 0.988) samples[i] = -half;
    else samples[i] = Math.max(-half, Math.min(half - 1, Math.round((random() - 0.5) * scale)));
  }
  return samples;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
