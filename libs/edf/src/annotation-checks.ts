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
  const seen = new Set<string>();
  for (const { onsetNs, durationNs: length, text, record, signal } of annotations) {
    const place = { record, signal, offset: offsetOf(header, record, signal) };
    // A file of annotations alone has no extent to be outside of.
    if (durationNs > 0n && (onsetNs < startNs || onsetNs + (length ?? 0n) > endNs)) {
      const where = onsetNs < startNs ? 'begins before' : onsetNs > endNs ? 'begins after' : 'ends after';
      findings.push(findingOf('EDF061', `An annotation ${where} the recording.`, place));
    }
    const key = `${onsetNs} ${length} ${text}`;
    if (seen.has(key))
      findings.push(findingOf('EDF062', 'The same annotation is stored more than once.', place));
    seen.add(key);
  }
  return findings;
}

function offsetOf(header: EdfHeader, record: number, signal: number): number {
  const { headerByteLength, dataRecordByteLength, signals } = header;
  return headerByteLength + record * dataRecordByteLength + (signals[signal]?.byteOffsetInDataRecord ?? 0);
}
