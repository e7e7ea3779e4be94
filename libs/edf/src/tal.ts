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
  let namesStart = false;
  let hasTextFirst = false;
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
    if (isFirst) ({ timeKeeping, namesStart, hasTextFirst } = block);
    isFirst = false;
  }
  if (!isFirst && header.variant.includes('+')) {
    if (timeKeeping === null) findings.push(withoutTimeKeeping(header, recordBytes, record, hasTextFirst));
    else if (record === 0 && !namesStart && isUnnamed(header, annotations, timeKeeping.onsetNs)) {
      const message = 'The file has no ordinary signals, and no annotation names the event that starts it.';
      const place = { offset: header.headerByteLength, signal: 0, record, severity: 'info' } as const;
      findings.push(findingOf('EDF052', message, place));
    }
  }
  const { onsetNs = null, onsetDecimals = 0 } = timeKeeping ?? {};
  return { onsetNs, onsetDecimals, annotations, findings };
}

/** The standard wants the event in the first TAL; writers that put it into one of its own name it too. */
function isUnnamed({ signals }: EdfHeader, annotations: readonly Annotation[], startNs: bigint): boolean {
  return (
    signals.every((signal) => signal.isAnnotations) && annotations.every(({ onsetNs }) => onsetNs !== startNs)
  );
}

/** EDF052, with what is there in the place of the time-keeping TAL. */
function withoutTimeKeeping(
  header: EdfHeader,
  recordBytes: Uint8Array,
  record: number,
  hasTextFirst: boolean,
): Finding {
  const first = header.signals.find((signal) => signal.isAnnotations)!;
  const start = first.byteOffsetInDataRecord;
  const end = start + first.samplesPerDataRecord * header.bytesPerSample;
  const why =
    nextNonZero(recordBytes, start, end) === end
      ? 'it holds no TAL'
      : recordBytes[start] === 0
        ? 'its first TAL stands behind zero bytes'
        : hasTextFirst
          ? 'its first annotation is not empty'
          : 'its first TAL cannot be read';
  const offset = header.headerByteLength + record * header.dataRecordByteLength + start;
  const message = `Data record ${record} does not begin with a time-keeping TAL: ${why}.`;
  const assumed = 'it follows the record before it';
  return findingOf('EDF052', message, { offset, signal: first.index, record, assumed });
}
