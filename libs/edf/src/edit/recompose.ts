import { recordBlocks } from '../data-record.ts';
import { EdfError } from '../errors.ts';
import type { EdfVariant } from '../header.ts';
import type { EdfFile } from '../open.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';
import { encodeTal, encodeTimeKeepingTal, timeKeepingByteLength } from '../write/encode-tal.ts';
import type { FieldValue, SignalFieldValues } from '../write/header-record.ts';
import { annotationsSignalFields, encodeHeaderRecord, versionField } from '../write/header-record.ts';
import type { AnnotationLayout, PlacedTal } from '../write/plan-annotations.ts';
import { planAnnotations, writeBlocks } from '../write/plan-annotations.ts';
import { bytesPerSampleOf } from '../write.ts';
import { planRecordCopy } from './copy-samples.ts';
import type { EdfOutput } from './edf-output.ts';

/** Consecutive data records of a recording, and when they begin in the output. */
export interface SourceRun {
  readonly file: EdfFile;
  /** Indexes of the ordinary signals to take, in the order of the output. */
  readonly signals: readonly number[];
  readonly firstRecord: number;
  readonly recordCount: number;
  /** Nanoseconds from the start date and time of the output. */
  readonly startNs: bigint;
}

/** A recording to put together from data records of others. */
export interface Recipe {
  readonly variant: EdfVariant;
  readonly localPatientIdentification: FieldValue;
  readonly localRecordingIdentification: FieldValue;
  readonly startDate: FieldValue;
  readonly startTime: FieldValue;
  readonly dataRecordDuration: FieldValue;
  readonly dataRecordDurationNs: bigint;
  /** Headers of the ordinary signals. */
  readonly signals: readonly SignalFieldValues[];
  /** Of all ordinary signals together. */
  readonly samplesPerDataRecord: number;
  readonly runs: readonly SourceRun[];
  /** Onsets from the start date and time of the output. */
  readonly annotations: readonly WriteAnnotation[];
}

/**
 * Plans a recording of copied data records: digital values stay what they are, annotations are laid out anew.
 *
 * @throws EdfError `annotations-too-long`, `write-value-invalid`
 */
export function recompose(recipe: Recipe): EdfOutput {
  const { variant, runs } = recipe;
  const bytesPerSample = bytesPerSampleOf(variant);
  const isPlus = variant.includes('+');
  const recordCount = runs.reduce((sum, run) => sum + run.recordCount, 0);
  const layout = isPlus ? layoutOf(recipe, recordCount, bytesPerSample) : null;
  const annotations =
    layout === null ? [] : [annotationsSignalFields(bytesPerSample, layout.blockByteLength / bytesPerSample)];
  const header = encodeHeaderRecord({
    fixed: {
      version: versionField(bytesPerSample),
      localPatientIdentification: recipe.localPatientIdentification,
      localRecordingIdentification: recipe.localRecordingIdentification,
      startDate: recipe.startDate,
      startTime: recipe.startTime,
      reserved: isPlus ? variant : bytesPerSample === 3 ? '24BIT' : '',
      dataRecordCount: String(recordCount),
      dataRecordDuration: recipe.dataRecordDuration,
    },
    signals: [...recipe.signals, ...annotations],
  });
  const samplesByteLength = recipe.samplesPerDataRecord * bytesPerSample;
  const recordByteLength = samplesByteLength + (layout?.blockByteLength ?? 0);
  if (recordByteLength === 0) {
    const message = 'The output would have neither samples nor annotations.';
    throw new EdfError('write-value-invalid', message, { field: 'signals' });
  }
  const geometry = { bytesPerSample, samplesByteLength, recordByteLength, layout };
  return {
    variant,
    header,
    byteLength: header.length + recordCount * recordByteLength,
    dataRecordCount: recordCount,
    bytes: (signal) => outputBytes(recipe, header, geometry, signal),
  };
}

interface Geometry {
  readonly bytesPerSample: 2 | 3;
  readonly samplesByteLength: number;
  readonly recordByteLength: number;
  readonly layout: AnnotationLayout | null;
}

async function* outputBytes(
  recipe: Recipe,
  header: Uint8Array,
  geometry: Geometry,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { bytesPerSample, samplesByteLength, recordByteLength, layout } = geometry;
  yield header.slice();
  let record = 0;
  for (const { file, signals, firstRecord, recordCount, startNs } of recipe.runs) {
    const copy = planRecordCopy(file.header, signals, bytesPerSample);
    const stride = file.header.dataRecordByteLength;
    for await (const block of recordBlocks(file, { firstRecord, recordCount, signal })) {
      const out = new Uint8Array(block.recordCount * recordByteLength);
      for (let i = 0; i < block.recordCount; i++, record++) {
        const to = i * recordByteLength;
        copy(block.bytes, i * stride, out, to);
        if (layout === null) continue;
        const onsetNs = startNs + recipe.dataRecordDurationNs * BigInt(block.firstRecord + i - firstRecord);
        writeBlocks(out, to + samplesByteLength, layout, record, encodeTimeKeepingTal(onsetNs));
      }
      yield out;
    }
  }
}

function layoutOf(recipe: Recipe, recordCount: number, bytesPerSample: 2 | 3): AnnotationLayout {
  const { runs, dataRecordDurationNs: durationNs } = recipe;
  const firstRecords: number[] = [];
  let timeKeeping = 0;
  let before = 0;
  for (const run of runs) {
    firstRecords.push(before);
    before += run.recordCount;
    timeKeeping = Math.max(timeKeeping, timeKeepingByteLength(run.startNs, durationNs, run.recordCount));
  }
  const recordOf = (onsetNs: bigint): number => {
    // The last run that has begun; runs of a recording out of order are looked through all the same.
    for (let i = runs.length - 1; i > 0; i--) if (onsetNs >= runs[i]!.startNs) return within(i, onsetNs);
    return within(0, onsetNs);
  };
  const within = (i: number, onsetNs: bigint): number => {
    const run = runs[i];
    if (run === undefined || durationNs === 0n || onsetNs < run.startNs) return firstRecords[i] ?? 0;
    const index = (onsetNs - run.startNs) / durationNs;
    const last = run.recordCount - 1;
    return firstRecords[i]! + (index > BigInt(last) ? last : Number(index));
  };
  const tals: PlacedTal[] = recipe.annotations.map((annotation) => ({
    bytes: encodeTal(annotation),
    record: recordOf(annotation.onsetNs),
  }));
  tals.sort((a, b) => a.record - b.record);
  return planAnnotations({ tals, recordCount, timeKeepingByteLength: timeKeeping, bytesPerSample });
}
