import { fieldRanges } from '../fixed-header.ts';
import { fixedFields } from '../header-fields.ts';
import { hasVersion, locateHeader } from '../header-shift.ts';
import type { EdfHeader } from '../header.ts';

/**
 * The header record with all fields at their proper places. Identification texts that have grown past their fields
 * are cut at the end.
 *
 * @param bytes the header record as it is, `header.headerByteLength` bytes
 * @returns 256 * (signals + 1) bytes, a copy
 */
export function unshiftedHeader(bytes: Uint8Array, header: EdfHeader): Uint8Array {
  const { headerShift: shift } = header;
  if (shift === 0) return bytes.slice();
  const proper = new Uint8Array(bytes.length - shift).fill(0x20);
  const {
    startDate,
    localPatientIdentification: patient,
    localRecordingIdentification: recording,
  } = fixedFields;
  proper.set(bytes.subarray(startDate.offset + shift), startDate.offset);
  if (hasVersion(bytes)) proper.set(bytes.subarray(0, 8));
  else proper.set(versionBytes(header.bytesPerSample));
  const ranges = fieldRanges(bytes, locateHeader(bytes));
  for (const { name, offset, length } of [patient, recording]) {
    const [start, end] = ranges[name];
    proper.set(fitted(bytes.subarray(start, end), length), offset);
  }
  return proper;
}

/** The version field of EDF (2 bytes a sample) or BDF (3). */
export function versionBytes(bytesPerSample: 2 | 3): Uint8Array {
  const text = bytesPerSample === 3 ? '\u00ffBIOSEMI' : '0       ';
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** At most `length` bytes, not cut inside a UTF-8 character. */
function fitted(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length <= length) return bytes;
  let end = length;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
