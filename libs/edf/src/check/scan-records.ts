import { EdfError } from '../errors.ts';
import type { EdfHeader } from '../header.ts';
import type { KernelExports } from '../kernels/kernel-exports.ts';
import type { EdfFile } from '../open.ts';
import { fillExactly } from '../open.ts';
import { annotationsAlone } from './annotations-alone.ts';
import { ReadAhead } from './read-ahead.ts';
import type { RecordScan } from './record-scan.ts';
import { ScanBlock, scanBlocks } from './scan-block.ts';

/** Where data records are cut into pieces. */
export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** Data records of more bytes than this are read signal by signal, in pieces. */
  readonly wholeByteLength?: number;
  /** Samples of a piece, rounded to what flat stretches are counted in. */
  readonly pieceSampleCount?: number;
}

// A data record is 61440 bytes by recommendation; up to here it is read whole, with those beside it.
const defaultWholeByteLength = 8 * 1024 * 1024;
const defaultPieceSampleCount = 131_072;

/**
 * Shows all data records to a scan, in memory of a few megabytes however large one of them is; its annotations signals
 * are in memory at once.
 *
 * @param kernels with a memory that nothing else uses
 * @throws EdfError `source-read-short`, `memory-insufficient`; an abort rejects with the signal's reason
 */
export async function scanRecords(
  file: EdfFile,
  kernels: KernelExports,
  scan: RecordScan,
  options: ScanOptions = {},
): Promise<void> {
  const { signal, wholeByteLength = defaultWholeByteLength } = options;
  if (file.header.dataRecordByteLength <= wholeByteLength) {
    for await (const block of scanBlocks(file, kernels, signal)) scan.add(block);
  } else if (file.dataRecordCount > 0) await scanPieces(file, kernels, scan, options);
}

async function scanPieces(
  { source, header, dataRecordCount }: EdfFile,
  kernels: KernelExports,
  scan: RecordScan,
  { signal: abort, pieceSampleCount = defaultPieceSampleCount }: ScanOptions,
): Promise<void> {
  const { bytesPerSample, headerByteLength, dataRecordByteLength, signals } = header;
  const lengths = signals.map(({ index, samplesPerDataRecord }) =>
    Math.min(scan.pieceLengthOf(index, pieceSampleCount), samplesPerDataRecord),
  );
  const largest = ordinaryOf(header).reduce((most, { index }) => Math.max(most, lengths[index]!), 0);
  const block = new ScanBlock(header, largest * bytesPerSample, kernels);
  const alone = annotationsAlone(header);
  const tals = memoryOf(alone.dataRecordByteLength);
  for (let record = 0; record < dataRecordCount; record++) {
    const start = headerByteLength + record * dataRecordByteLength;
    const ahead = new ReadAhead(source, start + dataRecordByteLength, abort);
    for (const { index, isAnnotations, byteOffsetInDataRecord, samplesPerDataRecord } of signals) {
      const first = start + byteOffsetInDataRecord;
      if (isAnnotations) {
        const at = alone.signals[index]!.byteOffsetInDataRecord;
        const bytes = tals.subarray(at, at + samplesPerDataRecord * bytesPerSample);
        await fillExactly(source, bytes, first, abort);
        scan.addPieceOfTals(bytes);
        continue;
      }
      for (let sample = 0; sample < samplesPerDataRecord; sample += lengths[index]!) {
        abort?.throwIfAborted();
        const count = Math.min(lengths[index]!, samplesPerDataRecord - sample);
        await ahead.fill(block.move(record, 1, count * bytesPerSample), first + sample * bytesPerSample);
        block.decode();
        scan.addPiece(index, block);
      }
    }
    scan.addTals(alone, tals, record);
  }
}

function memoryOf(byteLength: number): Uint8Array {
  try {
    return new Uint8Array(byteLength);
  } catch (cause) {
    const message = `The annotations of a data record have ${byteLength} bytes, for which there is no memory.`;
    throw new EdfError('memory-insufficient', message, { cause });
  }
}

const ordinaryOf = ({ signals }: EdfHeader) => signals.filter(({ isAnnotations }) => !isAnnotations);
