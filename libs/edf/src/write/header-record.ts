import { EdfError } from '../errors.ts';
import type { HeaderField, SignalFieldName } from '../header-fields.ts';
import {
  fixedFields,
  fixedHeaderByteLength,
  maxSignalCount,
  sampleRange,
  signalFieldOffset,
  signalFields,
  signalHeaderByteLength,
} from '../header-fields.ts';
import { writeHeaderText } from '../write-field.ts';

/** A field to write: text in printable ASCII, or the bytes of another header as they are. */
export type FieldValue = string | Uint8Array;
export type FixedFieldName = keyof typeof fixedFields;
export type SignalFieldValues = Readonly<Record<SignalFieldName, FieldValue>>;

/** Everything in a header record but what follows from the number of signals. */
export interface HeaderRecordFields {
  readonly fixed: Readonly<Record<Exclude<FixedFieldName, 'headerByteLength' | 'signalCount'>, FieldValue>>;
  readonly signals: readonly SignalFieldValues[];
}

/** The version field of EDF (2 bytes per sample) or BDF (3). */
export function versionField(bytesPerSample: 2 | 3): Uint8Array {
  const text = bytesPerSample === 3 ? '\u00ffBIOSEMI' : '0       ';
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The header of an annotations signal [EDF+ 2.2.1]. */
export function annotationsSignalFields(
  bytesPerSample: 2 | 3,
  samplesPerDataRecord: number,
): SignalFieldValues {
  const [digitalMin, digitalMax] = sampleRange[bytesPerSample];
  return {
    label: bytesPerSample === 3 ? 'BDF Annotations' : 'EDF Annotations',
    transducerType: '',
    physicalDimension: '',
    physicalMin: '-1',
    physicalMax: '1',
    digitalMin: String(digitalMin),
    digitalMax: String(digitalMax),
    prefiltering: '',
    samplesPerDataRecord: String(samplesPerDataRecord),
    reserved: '',
  };
}

/**
 * Lays out a header record.
 *
 * @returns 256 * (signals + 1) bytes, owned by the caller
 * @throws EdfError `write-value-invalid` for a text that its field cannot hold
 */
export function encodeHeaderRecord({ fixed, signals }: HeaderRecordFields): Uint8Array {
  const signalCount = signals.length;
  if (signalCount < 1 || signalCount > maxSignalCount) {
    const message = `${signalCount} signals cannot be written; 1 to ${maxSignalCount} can.`;
    throw new EdfError('write-value-invalid', message, { field: 'signalCount' });
  }
  const bytes = new Uint8Array(fixedHeaderByteLength + signalHeaderByteLength * signalCount);
  const all = { ...fixed, headerByteLength: String(bytes.length), signalCount: String(signalCount) };
  for (const field of Object.values<HeaderField>(fixedFields)) {
    put(bytes, field.offset, field.length, field.name, all[field.name as FixedFieldName]);
  }
  signals.forEach((signal, index) => {
    for (const [name, { length }] of Object.entries(signalFields)) {
      const value = signal[name as SignalFieldName];
      put(bytes, signalFieldOffset(name as SignalFieldName, index, signalCount), length, name, value, index);
    }
  });
  return bytes;
}

function put(
  bytes: Uint8Array,
  offset: number,
  length: number,
  name: string,
  value: FieldValue,
  signal?: number,
): void {
  if (typeof value === 'string') {
    writeHeaderText(bytes, offset, length, name, value, signal);
    return;
  }
  bytes.fill(0x20, offset, offset + length);
  bytes.set(value.subarray(0, length), offset);
}
