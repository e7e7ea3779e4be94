import { decimalFromNanoseconds } from '../decimal.ts';
import { fixedFields, signalFieldOffset, signalFields } from '../header-fields.ts';
import type { SignalFieldName } from '../header-fields.ts';
import type { EdfFile } from '../open.ts';
import { sliceExactly } from '../open.ts';
import type { FieldValue, SignalFieldValues } from '../write/header-record.ts';

/** The bytes of a header record, for fields that are copied as they are: a number read and printed may be another. */
export interface SourceHeader {
  /** A field of the fixed header. */
  fixed(name: keyof typeof fixedFields): Uint8Array;
  signal(index: number): SignalFieldValues;
}

/** Reads the header record again, as bytes. */
export async function readSourceHeader(file: EdfFile, signal?: AbortSignal): Promise<SourceHeader> {
  const { header } = file;
  const { headerByteLength, headerShift: shift, signals } = header;
  const bytes = await sliceExactly(file.source, 0, headerByteLength, signal);
  const text = (value: string, length: number): Uint8Array =>
    new TextEncoder().encode(value).subarray(0, length);
  return {
    fixed(name) {
      const { offset, length } = fixedFields[name];
      // In a shifted header the texts before the start date are moved by another number of bytes.
      if (shift !== 0 && name === 'localPatientIdentification') return text(header[name], length);
      if (shift !== 0 && name === 'localRecordingIdentification') return text(header[name], length);
      return bytes.subarray(offset + shift, offset + shift + length);
    },
    signal(index) {
      const fields: Partial<Record<SignalFieldName, FieldValue>> = {};
      for (const [name, { length }] of Object.entries(signalFields)) {
        const start = signalFieldOffset(name as SignalFieldName, index, signals.length) + shift;
        fields[name as SignalFieldName] = bytes.subarray(start, start + length);
      }
      return fields as SignalFieldValues;
    },
  };
}

/** The duration of a data record as a field: plain decimal where eight characters hold it, else the source's own. */
export function durationField(file: EdfFile, source: SourceHeader): FieldValue {
  const text = decimalFromNanoseconds(file.header.dataRecordDurationNs);
  return text.length <= fixedFields.dataRecordDuration.length ? text : source.fixed('dataRecordDuration');
}
