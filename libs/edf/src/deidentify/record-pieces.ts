import type { EdfHeader } from '../header.ts';

/** The pieces of a data record: runs of samples, and annotations blocks by signal. */
export type RecordLayout = readonly {
  readonly start: number;
  readonly end: number;
  readonly annotations: number | null;
}[];

/** Neighbouring ordinary signals are one piece. */
export function recordLayout(header: EdfHeader): RecordLayout {
  const pieces: { start: number; end: number; annotations: number | null }[] = [];
  for (const {
    index,
    isAnnotations,
    byteOffsetInDataRecord: start,
    samplesPerDataRecord,
  } of header.signals) {
    const end = start + samplesPerDataRecord * header.bytesPerSample;
    const last = pieces.at(-1);
    if (!isAnnotations && last?.annotations === null) last.end = end;
    else pieces.push({ start, end, annotations: isAnnotations ? index : null });
  }
  return pieces;
}

/** Is shown pieces of data records, views of the bytes given. */
export interface RecordVisitor {
  samples?(bytes: Uint8Array): void;
  /** @param at offset from the first data record visited */
  annotations?(bytes: Uint8Array, at: number, signal: number): void;
  endOfRecord?(): void;
}

/**
 * Shows the pieces of consecutive data records, in the order of the file.
 *
 * @param bytes `recordCount` data records
 */
export function visitRecords(
  bytes: Uint8Array,
  recordCount: number,
  header: EdfHeader,
  layout: RecordLayout,
  visitor: RecordVisitor,
): void {
  for (let i = 0; i < recordCount; i++) {
    const from = i * header.dataRecordByteLength;
    for (const { start, end, annotations } of layout) {
      const piece = bytes.subarray(from + start, from + end);
      if (annotations === null) visitor.samples?.(piece);
      else visitor.annotations?.(piece, from + start, annotations);
    }
    visitor.endOfRecord?.();
  }
}
