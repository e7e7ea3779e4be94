/** A field of the fixed header: `offset` and `length` in bytes. */
export interface HeaderField {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

export const fixedHeaderByteLength = 256;
export const signalHeaderByteLength = 256;
/** `signalCount` is four characters wide. */
export const maxSignalCount = 9999;
/** What a sample of 2 or 3 bytes can hold; also the digital limits of an annotations signal [EDF+ 2.2.1]. */
export const sampleRange = { 2: [-32768, 32767], 3: [-8388608, 8388607] } as const;

/** The fixed header, 256 bytes [EDF]. Widths are written here and nowhere else. */
export const fixedFields = {
  version: { name: 'version', offset: 0, length: 8 },
  localPatientIdentification: { name: 'localPatientIdentification', offset: 8, length: 80 },
  localRecordingIdentification: { name: 'localRecordingIdentification', offset: 88, length: 80 },
  startDate: { name: 'startDate', offset: 168, length: 8 },
  startTime: { name: 'startTime', offset: 176, length: 8 },
  headerByteLength: { name: 'headerByteLength', offset: 184, length: 8 },
  reserved: { name: 'reserved', offset: 192, length: 44 },
  dataRecordCount: { name: 'dataRecordCount', offset: 236, length: 8 },
  dataRecordDuration: { name: 'dataRecordDuration', offset: 244, length: 8 },
  signalCount: { name: 'signalCount', offset: 252, length: 4 },
} as const satisfies Record<string, HeaderField>;

/**
 * The signal headers [EDF], field by field: all labels, then all transducer types, and so on.
 * `before` is the number of bytes per signal that the earlier fields take.
 */
export const signalFields = {
  label: { name: 'label', before: 0, length: 16 },
  transducerType: { name: 'transducerType', before: 16, length: 80 },
  physicalDimension: { name: 'physicalDimension', before: 96, length: 8 },
  physicalMin: { name: 'physicalMin', before: 104, length: 8 },
  physicalMax: { name: 'physicalMax', before: 112, length: 8 },
  digitalMin: { name: 'digitalMin', before: 120, length: 8 },
  digitalMax: { name: 'digitalMax', before: 128, length: 8 },
  prefiltering: { name: 'prefiltering', before: 136, length: 80 },
  samplesPerDataRecord: { name: 'samplesPerDataRecord', before: 216, length: 8 },
  reserved: { name: 'reserved', before: 224, length: 32 },
} as const;

export type SignalFieldName = keyof typeof signalFields;

/** Byte offset of a signal's field from the start of an unshifted file with `signalCount` signals. */
export function signalFieldOffset(name: SignalFieldName, signal: number, signalCount: number): number {
  const field = signalFields[name];
  return fixedHeaderByteLength + signalCount * field.before + signal * field.length;
}
