import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import type { EdfHeader } from './header.ts';
import type { Annotation } from './tal.ts';
import type { Timeline } from './timeline.ts';

/**
 * Checks annotations against the recording as a whole: outside it (EDF061), stored more than once (EDF062).
 *
 * @param annotations all of them, in file order
 */
export function checkAnnotations(
  header: EdfHeader,
  timeline: Timeline,
  annotations: readonly Annotation[],
): Finding[] {
  const findings: Finding[] = [];
  const durationNs = header.dataRecordDurationNs;
  const starts = timeline.runs.map((run) => run.startNs);
  const ends = timeline.runs.map((run) => run.startNs + BigInt(run.recordCount) * durationNs);
  const startNs = starts.reduce((least, value) => (value < least ? value : least), starts[0] ?? 0n);
  const endNs = ends.reduce((most, value) => (value > most ? value : most), ends[0] ?? 0n);
  const isRepeated = repeats(annotations);
  annotations.forEach((annotation, index) => {
    const { onsetNs, durationNs: length, record, signal } = annotation;
    // A file of annotations alone has no extent to be outside of.
    const isOutside = onsetNs < startNs || (length === null ? onsetNs : onsetNs + length) > endNs;
    if (durationNs > 0n && isOutside) {
      const where = onsetNs < startNs ? 'begins before' : onsetNs > endNs ? 'begins after' : 'ends after';
      const place = { record, signal, offset: offsetOf(header, record, signal) };
      findings.push(findingOf('EDF061', `An annotation ${where} the recording.`, place));
    }
    if (isRepeated(annotation, index)) {
      const place = { record, signal, offset: offsetOf(header, record, signal) };
      findings.push(findingOf('EDF062', 'The same annotation is stored more than once.', place));
    }
  });
  return findings;
}

/** Tells, asked about each in order, whether the same one came before. */
function repeats(annotations: readonly Annotation[]): (annotation: Annotation, index: number) => boolean {
  // Most files have them in order of time: then only neighbours can be the same, and nothing is kept of the others.
  const isOrdered = annotations.every(({ onsetNs }, i) => i === 0 || onsetNs >= annotations[i - 1]!.onsetNs);
  const seen = new Set<string>();
  return (annotation, index) => {
    const { onsetNs, durationNs, text } = annotation;
    if (isOrdered) {
      const isAfterPrevious = annotations[index - 1]?.onsetNs !== onsetNs;
      if (isAfterPrevious && seen.size > 0) seen.clear();
      if (isAfterPrevious && annotations[index + 1]?.onsetNs !== onsetNs) return false;
    }
    const key = `${onsetNs} ${durationNs} ${text}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
}

/** Byte of the file where the block of an annotations signal begins. */
export function offsetOf(header: EdfHeader, record: number, signal: number): number {
  const { headerByteLength, dataRecordByteLength, signals } = header;
  return headerByteLength + record * dataRecordByteLength + (signals[signal]?.byteOffsetInDataRecord ?? 0);
}
