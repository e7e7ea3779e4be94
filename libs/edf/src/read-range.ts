import { EdfError } from './errors.ts';
import type { EdfFile } from './open.ts';
import type { ReadIntoOptions } from './read-into.ts';
import { readInto } from './read-into.ts';
import type { SampleSegment } from './time-axis.ts';
import { TimeAxis } from './time-axis.ts';
import type { Timeline } from './timeline.ts';

/** Physical values of a stretch of time without a gap. */
export interface PhysicalSegment extends SampleSegment {
  /** `to - from` values, owned by the caller. */
  readonly samples: Float64Array;
}

/**
 * Physical values of one signal at times [fromNs, toNs), in nanoseconds from the header's start date and time.
 * Nothing is stitched: every run that has samples there is a segment of its own, and what lies between two segments,
 * or before the first and after the last, was not recorded.
 *
 * @param timeline of {@link readAnnotations}
 * @throws EdfError as {@link readInto}; `range-invalid` when the samples of the signal have no times
 */
export async function readRange(
  file: EdfFile,
  signalIndex: number,
  timeline: Timeline,
  { fromNs, toNs }: { readonly fromNs: bigint; readonly toNs: bigint },
  options: ReadIntoOptions = {},
): Promise<PhysicalSegment[]> {
  const header = file.header.signals[signalIndex];
  if (header === undefined || header.isAnnotations) {
    const message = `The recording has no ordinary signal ${signalIndex}.`;
    throw new EdfError('range-invalid', message, { signal: signalIndex });
  }
  const segments: PhysicalSegment[] = [];
  for (const segment of new TimeAxis(file.header, header, timeline.runs).segments(fromNs, toNs)) {
    const samples = new Float64Array(segment.to - segment.from);
    await readInto(file, signalIndex, segment, samples, options);
    segments.push({ ...segment, samples });
  }
  return segments;
}
