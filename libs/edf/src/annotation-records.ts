import type { RecordBlock } from './data-record.ts';
import { blockByteLengthOf, blockRanges, recordBlocks } from './data-record.ts';
import type { EdfFile } from './open.ts';
import { fillExactly } from './open.ts';

/** Bytes [start, end) of a data record. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Walks through the data records for their annotations signals; nothing else in `bytes` has to be what is in the file.
 * Where the source says what a read costs, and the samples between are more than that, they are not read.
 *
 * @throws EdfError `source-read-short`; an abort rejects with the signal's reason
 */
export async function* annotationRecords(file: EdfFile, signal?: AbortSignal): AsyncIterable<RecordBlock> {
  const { header, source } = file;
  const { dataRecordByteLength } = header;
  const stretches = stretchesToRead(file);
  if (stretches === null) {
    yield* recordBlocks(file, { signal });
    return;
  }
  const memory = new Uint8Array(blockByteLengthOf(file, {}));
  for (const { firstRecord, recordCount, start: blockStart, end: blockEnd } of blockRanges(file, {})) {
    signal?.throwIfAborted();
    const bytes = memory.subarray(0, blockEnd - blockStart);
    const reads: Promise<void>[] = [];
    for (let recordStart = 0; recordStart < bytes.length; recordStart += dataRecordByteLength)
      for (const { start, end } of stretches) {
        const target = bytes.subarray(recordStart + start, recordStart + end);
        reads.push(fillExactly(source, target, blockStart + recordStart + start, signal));
      }
    // Not one after the other: a wait for each costs more than a short read.
    await Promise.all(reads);
    yield { firstRecord, recordCount, bytes };
  }
}

/** What to read of each data record; null: all of it, many data records at once. */
function stretchesToRead({ header, source }: EdfFile): Stretch[] | null {
  const { readInto, readOverheadBytes } = source;
  if (!readInto || readOverheadBytes === undefined) return null;
  const stretches: Stretch[] = [];
  for (const { isAnnotations, byteOffsetInDataRecord, samplesPerDataRecord } of header.signals) {
    if (!isAnnotations) continue;
    const end = byteOffsetInDataRecord + samplesPerDataRecord * header.bytesPerSample;
    const last = stretches.at(-1);
    if (last && byteOffsetInDataRecord - last.end <= readOverheadBytes)
      stretches[stretches.length - 1] = { start: last.start, end };
    else stretches.push({ start: byteOffsetInDataRecord, end });
  }
  const wanted = stretches.reduce((sum, { start, end }) => sum + end - start + readOverheadBytes, 0);
  return wanted < header.dataRecordByteLength ? stretches : null;
}
