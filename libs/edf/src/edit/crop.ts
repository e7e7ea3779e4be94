import { EdfError } from '../errors.ts';
import type { EdfFile } from '../open.ts';
import type { RecordingAnnotations } from '../read-annotations.ts';
import { readAnnotations } from '../read-annotations.ts';
import type { Run } from '../timeline.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';
import type { Derivation, Part } from './derive.ts';
import { derive, ordinarySignals } from './derive.ts';
import type { EdfOutput } from './edf-output.ts';

/** The time to keep, on the recording's own axis: nanoseconds from the header's start date and time. */
export interface CropRange {
  /** The beginning by default. */
  readonly fromNs?: bigint;
  /** Not itself included; the end by default. */
  readonly toNs?: bigint;
}

/**
 * A part of a recording. Whole data records are copied: all those that reach into the range, so that nothing asked
 * for is missing and no sample moves in time (signals of different rates share no finer grid). Annotations that
 * reach into the kept time stay, whole; all absolute times stay what they were. Plain files begin at a whole second:
 * there the data records back to one are kept as well.
 *
 * @throws EdfError `range-invalid` when no data record reaches into the range; as {@link derive}
 */
export async function cropEdf(
  file: EdfFile,
  range: CropRange,
  derivation: Derivation = {},
  signal?: AbortSignal,
): Promise<EdfOutput> {
  const read = await readAnnotations(file, signal);
  const part = cropPart(file, read, range);
  const isPlus = derivation.isPlus ?? file.header.variant.includes('+');
  return derive(
    file,
    isPlus ? part : fromWholeSecond(part, file.header.dataRecordDurationNs),
    derivation,
    signal,
  );
}

/** Plain EDF and BDF say no fraction of a second: data records before are taken too, until one begins at a second. */
function fromWholeSecond(part: Part, durationNs: bigint): Part {
  const [first, ...others] = part.runs;
  if (first === undefined) return part;
  let { firstRecord, startNs } = first;
  for (; startNs % 1_000_000_000n !== 0n && firstRecord > 0; firstRecord--) startNs -= durationNs;
  const recordCount = first.recordCount + first.firstRecord - firstRecord;
  return { ...part, runs: [{ firstRecord, recordCount, startNs }, ...others] };
}

/**
 * Which data records and annotations {@link cropEdf} keeps. Pure.
 *
 * @throws EdfError `range-invalid`
 */
export function cropPart(file: EdfFile, read: RecordingAnnotations, range: CropRange): Part {
  const { fromNs = -maxNs, toNs = maxNs } = range;
  if (fromNs >= toNs) throw new EdfError('range-invalid', 'The range to keep ends before it begins.');
  const durationNs = file.header.dataRecordDurationNs;
  if (durationNs === 0n) {
    if (ordinarySignals(file).length > 0) {
      const message = 'The data records have no duration, so their times are not known.';
      throw new EdfError('range-invalid', message, { field: 'dataRecordDuration' });
    }
    return eventsWithin(read, fromNs, toNs);
  }
  const runs: Run[] = [];
  for (const run of read.timeline.runs) {
    const first = clamp(floorDivide(fromNs - run.startNs, durationNs), run.recordCount);
    const end = clamp(-floorDivide(run.startNs - toNs, durationNs), run.recordCount);
    if (first >= end) continue;
    const startNs = run.startNs + BigInt(first) * durationNs;
    runs.push({ firstRecord: run.firstRecord + first, recordCount: end - first, startNs });
  }
  if (runs.length === 0)
    throw new EdfError('range-invalid', 'No data record reaches into the range to keep.');
  const startNs = runs.reduce((least, run) => (run.startNs < least ? run.startNs : least), runs[0]!.startNs);
  const endNs = runs.reduce((most, { recordCount, startNs: start }) => {
    const end = start + BigInt(recordCount) * durationNs;
    return end > most ? end : most;
  }, startNs);
  // What lies before the first or after the last data record goes with them, if the range is open there.
  const low = fromNs === -maxNs ? fromNs : startNs;
  const high = toNs === maxNs ? toNs : endNs;
  return { runs, annotations: read.annotations.filter((annotation) => isWithin(annotation, low, high)) };
}

const maxNs = 9_223_372_036_854_775_807n;

function eventsWithin(read: RecordingAnnotations, fromNs: bigint, toNs: bigint): Part {
  const annotations = read.annotations.filter((annotation) => isWithin(annotation, fromNs, toNs));
  const runs = read.timeline.runs.slice(0, 1).map((run) => ({ ...run, recordCount: 1 }));
  return { runs, annotations };
}

function isWithin({ onsetNs, durationNs }: WriteAnnotation, fromNs: bigint, toNs: bigint): boolean {
  const endNs = onsetNs + (durationNs ?? 0n);
  return onsetNs < toNs && (onsetNs >= fromNs || endNs > fromNs);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function clamp(value: bigint, count: number): number {
  if (value <= 0n) return 0;
  return value > BigInt(count) ? count : Number(value);
}
