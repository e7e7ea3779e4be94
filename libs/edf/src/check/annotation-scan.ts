import { offsetOf } from '../annotation-checks.ts';
import type { Finding, FindingPlace, FindingCollector } from '../finding.ts';
import { findingOf } from '../finding.ts';
import type { EdfHeader } from '../header.ts';
import type { Annotation } from '../tal.ts';
import type { Timeline } from '../timeline.ts';
import { hasIdentifyingText } from './identifying-content.ts';
import { RepeatFilter } from './repeat-filter.ts';

/** Annotations that may lie outside the recording are kept until its end is known; so many of them. */
const mostCandidates = 4096;

interface Candidate {
  readonly onsetNs: bigint;
  readonly endNs: bigint;
  readonly place: FindingPlace;
}

/** Checks annotations one by one, in memory that does not grow with their number (EDF061, EDF062, EDF069). */
export class AnnotationScan {
  count = 0;
  readonly #header: EdfHeader;
  readonly #names: readonly string[];
  readonly #repeats = new RepeatFilter();
  readonly #candidates: Candidate[] = [];
  readonly #collector: FindingCollector;
  #candidatesLeftOut = 0;
  #identifying = 0;
  #firstIdentifying: FindingPlace | null = null;
  #startNs: bigint | null = null;
  #endNs = 0n;

  /**
   * @param names words of the identification, in lower case, that are looked for in texts
   * @param collector takes the findings
   */
  constructor(header: EdfHeader, names: readonly string[], collector: FindingCollector) {
    this.#header = header;
    this.#names = names;
    this.#collector = collector;
  }

  /**
   * Adds the annotations of one data record.
   *
   * @param onsetNs the data record's; null when it has none
   */
  add(annotations: readonly Annotation[], record: number, onsetNs: bigint | null): void {
    const durationNs = this.#header.dataRecordDurationNs;
    const startNs = onsetNs ?? this.#startNs ?? durationNs * BigInt(record);
    if (this.#startNs === null || startNs < this.#startNs) this.#startNs = startNs;
    if (startNs + durationNs > this.#endNs) this.#endNs = startNs + durationNs;
    for (const annotation of annotations) this.#look(annotation);
  }

  #look({ onsetNs, durationNs: length, text, record, signal }: Annotation): void {
    this.count++;
    const endNs = onsetNs + (length ?? 0n);
    const place = (): FindingPlace => ({ record, signal, offset: offsetOf(this.#header, record, signal) });
    if (onsetNs < this.#startNs! || endNs > this.#endNs) {
      if (this.#candidates.length < mostCandidates) this.#candidates.push({ onsetNs, endNs, place: place() });
      else this.#candidatesLeftOut++;
    }
    if (this.#repeats.isRepeated(onsetNs, length, text)) {
      this.#collector.add([findingOf('EDF062', 'The same annotation is stored more than once.', place())]);
    }
    if (hasIdentifyingText(text, this.#names)) {
      this.#identifying++;
      this.#firstIdentifying ??= place();
    }
  }

  /** What shows only when all data records were seen. */
  finish(timeline: Timeline): void {
    const durationNs = this.#header.dataRecordDurationNs;
    const runs = timeline.runs.map(
      ({ startNs, recordCount }) => [startNs, startNs + BigInt(recordCount) * durationNs] as const,
    );
    const startNs = runs.reduce((least, [start]) => (start < least ? start : least), runs[0]?.[0] ?? 0n);
    const endNs = runs.reduce((most, [, end]) => (end > most ? end : most), runs[0]?.[1] ?? 0n);
    // A file of annotations alone has no extent to be outside of.
    if (durationNs > 0n) {
      for (const candidate of this.#candidates) this.#collector.add(outside(candidate, startNs, endNs));
      if (this.#candidatesLeftOut > 0) {
        const message = `${this.#candidatesLeftOut} more annotations may lie outside the recording.`;
        this.#collector.add([findingOf('EDF061', message)]);
      }
    }
    if (this.#firstIdentifying === null) return;
    const message = `${this.#identifying} annotations hold what may identify a person: a name, a date or a long number.`;
    this.#collector.add([findingOf('EDF069', message, this.#firstIdentifying)]);
  }
}

function outside({ onsetNs, endNs, place }: Candidate, firstNs: bigint, lastNs: bigint): Finding[] {
  if (onsetNs >= firstNs && endNs <= lastNs) return [];
  const where = onsetNs < firstNs ? 'begins before' : onsetNs > lastNs ? 'begins after' : 'ends after';
  return [findingOf('EDF061', `An annotation ${where} the recording.`, place)];
}
