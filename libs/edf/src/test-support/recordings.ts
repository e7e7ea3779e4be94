import type { SignalFieldName } from '../header-fields.ts';
import { fixedFields, signalFieldOffset, signalFields } from '../header-fields.ts';
import type { EdfVariant } from '../header.ts';
import type { WriteOptions, WriteRecord } from '../write.ts';
import { encodeDataRecord, encodeHeader } from '../write.ts';

/** A small recording without a single finding, to be spoilt by tests: two signals, three data records of 1 s. */
export function goodOptions(variant: EdfVariant, changes: Partial<WriteOptions> = {}): WriteOptions {
  return {
    variant,
    startDateTime: '2026-11-22T23:15:30',
    dataRecordDurationSeconds: 1,
    localPatientIdentification: variant.includes('+') ? 'P-1 F 02-AUG-1951 A_Name' : 'patient 1',
    dataRecordCount: 3,
    annotationsBytesPerRecord: 60,
    signals: [
      {
        label: 'EEG Fpz-Cz',
        physicalDimension: 'uV',
        physicalMin: -3276.8,
        physicalMax: 3276.7,
        samplesPerDataRecord: 8,
        transducerType: 'AgAgCl electrode',
        prefiltering: 'HP:0.1Hz LP:3Hz',
      },
      {
        label: 'Temp rectal',
        physicalDimension: 'degC',
        physicalMin: 30,
        physicalMax: 45,
        digitalMin: -2048,
        digitalMax: 2047,
        samplesPerDataRecord: 1,
        transducerType: 'thermistor',
      },
    ],
    ...changes,
  };
}

/** Digital values that differ by signal, record and place, within -2048 to 2047. */
export function samplesOf(options: WriteOptions, record: number): number[][] {
  return options.signals.map((signal, index) =>
    Array.from(
      { length: signal.samplesPerDataRecord },
      (_, i) => ((record * 31 + index * 7 + i * 97) % 4096) - 2048,
    ),
  );
}

/** A whole file. `records` may give onsets and annotations; samples default to {@link samplesOf}. */
export function recordingBytes(options: WriteOptions, records: Partial<WriteRecord>[] = []): Uint8Array {
  const parts = [encodeHeader(options)];
  for (let record = 0; record < options.dataRecordCount; record++) {
    const data = { samples: samplesOf(options, record), ...records[record] };
    parts.push(encodeDataRecord(options, record, data));
  }
  return concatenated(parts);
}

/** A good recording of this variant, with one annotation where the variant has any. */
export function goodRecording(variant: EdfVariant, changes: Partial<WriteOptions> = {}): Uint8Array {
  const options = goodOptions(variant, changes);
  const annotated = { annotations: [{ onsetSeconds: 1.5, durationSeconds: 0.25, text: 'Lights off' }] };
  const records: Partial<WriteRecord>[] = variant.includes('+') ? [{}, annotated] : [];
  // A discontinuous recording has a gap, else that is a finding.
  if (variant.endsWith('D')) records[2] = { onsetSeconds: 10 };
  return recordingBytes(options, records);
}

/** A copy with a field of the fixed header replaced; a string is padded with spaces. */
export function withField(
  bytes: Uint8Array,
  name: keyof typeof fixedFields,
  value: string | Uint8Array,
): Uint8Array {
  const { offset, length } = fixedFields[name];
  return withBytes(bytes, offset, typeof value === 'string' ? latin1(value.padEnd(length)) : value);
}

/** A copy with a field of one signal replaced. */
export function withSignalField(
  bytes: Uint8Array,
  name: SignalFieldName,
  signal: number,
  value: string,
): Uint8Array {
  const count = Number(String.fromCharCode(...bytes.subarray(252, 256)));
  const offset = signalFieldOffset(name, signal, count);
  return withBytes(bytes, offset, latin1(value.padEnd(signalFields[name].length)));
}

/** A copy with bytes replaced from `offset`. */
export function withBytes(bytes: Uint8Array, offset: number, values: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
}

/** One byte per character. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
