import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';
import type { EdfHeader } from './header.ts';
import { nextNonZero, TalBlock } from './tal-block.ts';
import type { TimeKeeping } from './time-keeping-tal.ts';
import { readPlainTimeKeeping } from './time-keeping-tal.ts';

/** One annotation of an annotations signal. The text is the file's own and may identify people. */
export interface Annotation {
  /** Nanoseconds from the header's start date and time, exactly as written; may be negative. */
  readonly onsetNs: bigint;
  /** Nanoseconds; null when the file gives none. */
  readonly durationNs: bigint | null;
  readonly text: string;
  /** Onset and duration as written in the file. */
  readonly onsetText: string;
  readonly durationText: string | null;
  /** The data record and the signal that hold it. */
  readonly record: number;
  readonly signal: number;
}

/** What the annotations signals of one data record say. */
export interface RecordAnnotations {
  /** Onset of the data record by its time-keeping TAL; null when it has none. */
  readonly onsetNs: bigint | null;
  /** Decimal places with which that onset is written; 0 when there is none. */
  readonly onsetDecimals: number;
  readonly annotations: Annotation[];
  readonly findings: Finding[];
}

/**
 * Reads the time-stamped annotation lists (TALs) of one data record, of all its annotations signals [EDF+ 2.2].
 * Only the first TAL of the first annotations signal keeps time. Recovered, with a finding: TALs that run together
 * without a zero byte (Nihon Kohden), TALs cut by the end of their block, TALs after the padding, Latin-1 texts.
 *
 * @param recordBytes exactly one data record; only read
 * @param record its index, for annotations and findings
 * @param annotations receives them behind what it holds, and is the result's; a list of its own by default
 */
export function parseRecordAnnotations(
  header: EdfHeader,
  recordBytes: Uint8Array,
  record: number,
  annotations: Annotation[] = [],
): RecordAnnotations {
  const findings: Finding[] = [];
  let timeKeeping: TimeKeeping | null = null;
  let isFirst = true;
  for (const signal of header.signals) {
    if (!signal.isAnnotations) continue;
    const start = signal.byteOffsetInDataRecord;
    const end = start + signal.samplesPerDataRecord * header.bytesPerSample;
    // Most data records hold no annotation: neither objects nor text are made for them.
    const plain = isFirst ? readPlainTimeKeeping(recordBytes, start, end) : null;
    if (plain !== null || (!isFirst && nextNonZero(recordBytes, start, end) === end)) {
      if (plain !== null) timeKeeping = plain;
      isFirst = false;
      continue;
    }
    const bytes = recordBytes.subarray(start, end);
    const offset = header.headerByteLength + record * header.dataRecordByteLength + start;
    const block = new TalBlock(bytes, offset, signal, record, isFirst, annotations, findings);
    block.read();
    if (isFirst) timeKeeping = block.timeKeeping;
    isFirst = false;
  }
  if (timeKeeping === null && !isFirst && header.variant.includes('+')) {
    const first = header.signals.find((signal) => signal.isAnnotations)!;
    const offset =
      header.headerByteLength + record * header.dataRecordByteLength + first.byteOffsetInDataRecord;
    const message = `Data record ${record} does not begin with a time-keeping TAL.`;
    const assumed = 'it follows the record before it';
    findings.push(findingOf('EDF052', message, { offset, signal: first.index, record, assumed }));
  }
  const { onsetNs = null, onsetDecimals = 0 } = timeKeeping ?? {};
  return { onsetNs, onsetDecimals, annotations, findings };
}
