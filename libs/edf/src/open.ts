import type { ByteSource } from './byte-source.ts';
import { dataRecordCountIn } from './data-record-count.ts';
import { EdfError } from './errors.ts';
import type { Finding } from './finding.ts';
import type { EdfHeader } from './header.ts';
import { checkHeader, headerByteLengthFrom, parseHeader } from './header.ts';

/** An opened recording: where its bytes are, its header, and what was wrong with that. */
export interface EdfFile {
  readonly source: ByteSource;
  readonly header: EdfHeader;
  readonly findings: readonly Finding[];
  /** Complete data records that can be read. */
  readonly dataRecordCount: number;
}

// Holds the header of 31 signals: for most recordings one request instead of two.
const firstReadByteLength = 8192;

/**
 * Opens a recording by reading its header record and nothing else, with two ranged reads at most.
 *
 * @throws EdfError as {@link parseHeader}; `source-read-short` when the source gives fewer bytes than it has
 */
export async function openEdf(source: ByteSource, signal?: AbortSignal): Promise<EdfFile> {
  let bytes = await sliceExactly(source, 0, Math.min(firstReadByteLength, source.byteLength), signal);
  const wanted = Math.min(headerByteLengthFrom(bytes), source.byteLength);
  if (wanted > bytes.length) {
    const rest = await sliceExactly(source, bytes.length, wanted, signal);
    const whole = new Uint8Array(wanted);
    whole.set(bytes);
    whole.set(rest, bytes.length);
    bytes = whole;
  }
  const checked = checkHeader(bytes, source.byteLength);
  // parseHeader throws the error that goes with a fatal finding.
  const header = checked.header ?? parseHeader(bytes);
  const { findings } = checked;
  return { source, header, findings, dataRecordCount: dataRecordCountIn(header, source.byteLength) };
}

/**
 * Reads bytes [start, end) and insists on getting them all.
 *
 * @throws EdfError `source-read-short`
 */
export async function sliceExactly(
  source: ByteSource,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await source.slice(start, end, signal);
  if (bytes.length >= end - start) return bytes.subarray(0, end - start);
  const message = `The source gave ${bytes.length} of ${end - start} bytes from byte ${start}.`;
  throw new EdfError('source-read-short', message, { offset: start + bytes.length });
}

/**
 * Fills `target` with the bytes from `start`, without allocating where the source can.
 *
 * @throws EdfError `source-read-short`
 */
export async function fillExactly(
  source: ByteSource,
  target: Uint8Array,
  start: number,
  signal?: AbortSignal,
): Promise<void> {
  if (source.readInto === undefined) {
    target.set(await sliceExactly(source, start, start + target.length, signal));
    return;
  }
  const length = await source.readInto(target, start, signal);
  if (length >= target.length) return;
  const message = `The source gave ${length} of ${target.length} bytes from byte ${start}.`;
  throw new EdfError('source-read-short', message, { offset: start + length });
}
