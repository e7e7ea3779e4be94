import { recordBlocks } from '../data-record.ts';
import { EdfError } from '../errors.ts';
import type { EdfFile } from '../open.ts';
import { statusBits, statusSignalOf } from './status-bits.ts';

/** A trigger: the lower 16 bits of the Status signal became another number than 0. */
export interface Trigger {
  /** 1 to 65535. Systems with 8 trigger lines use the lower 8 bits. */
  readonly code: number;
  /** Sample number of the Status signal, from 0, gaps in time not counted. */
  readonly sample: number;
  readonly record: number;
  /** From the beginning of its data record, rounded to whole nanoseconds. */
  readonly sinceRecordNs: bigint;
}

/**
 * Reads the triggers of a BDF recording, in order, one where the number changes to another than 0.
 * The onset of a trigger is that of its data record (see the timeline) and `sinceRecordNs`.
 *
 * @throws EdfError `range-invalid` when the recording has no Status signal; `source-read-short`
 */
export async function* readTriggers(
  file: EdfFile,
  signal?: AbortSignal,
): AsyncGenerator<Trigger, void, undefined> {
  const { header } = file;
  const status = statusSignalOf(header);
  if (status === null) {
    throw new EdfError('range-invalid', 'The recording has no Status signal: only BDF files have one.', {
      field: 'label',
    });
  }
  const perRecord = status.samplesPerDataRecord;
  let before = 0;
  for await (const { firstRecord, recordCount, bytes } of recordBlocks(file, { signal })) {
    for (let i = 0; i < recordCount; i++) {
      const start = i * header.dataRecordByteLength + status.byteOffsetInDataRecord;
      for (let n = 0; n < perRecord; n++) {
        const at = start + 3 * n;
        const code = (bytes[at]! | (bytes[at + 1]! << 8)) & statusBits.triggers;
        if (code === before) continue;
        before = code;
        if (code === 0) continue;
        const record = firstRecord + i;
        const sinceRecordNs =
          (header.dataRecordDurationNs * BigInt(2 * n) + BigInt(perRecord)) / BigInt(2 * perRecord);
        yield { code, sample: record * perRecord + n, record, sinceRecordNs };
      }
    }
  }
}
