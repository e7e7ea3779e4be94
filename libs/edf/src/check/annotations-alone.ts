import type { EdfHeader } from '../header.ts';

/**
 * The header of a recording whose data records hold the annotations signals and nothing else, each as long as it is;
 * signals keep their numbers. For data records that are too large to be in memory.
 */
export function annotationsAlone(header: EdfHeader): EdfHeader {
  let end = 0;
  const signals = header.signals.map((signal) => {
    const byteOffsetInDataRecord = end;
    if (!signal.isAnnotations) return { ...signal, byteOffsetInDataRecord, samplesPerDataRecord: 0 };
    end += signal.samplesPerDataRecord * header.bytesPerSample;
    return { ...signal, byteOffsetInDataRecord };
  });
  return { ...header, signals, dataRecordByteLength: end };
}
