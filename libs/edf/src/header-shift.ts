import { fixedFields, fixedHeaderByteLength } from './header-fields.ts';
import { decodeLatin1 } from './header-text.ts';

/** Where the fixed fields really are. */
export interface HeaderPlace {
  /** Added to the offset of every field from startDate on, and to all that follows; 0 in a sound file. */
  readonly shift: number;
  /** Added to the offset of the identification fields, where the bytes are missing or surplus before them. */
  readonly identificationShift: number;
}

const maxShift = 8;
const unshifted: HeaderPlace = { shift: 0, identificationShift: 0 };

/**
 * Finds the fixed fields of a header in which bytes were lost or added before the start date.
 * Writers that count characters where the format counts bytes shift everything after a name with an accent; others
 * lose the first bytes of the file. A shift is believed only when date and time look like dd.mm.yy and hh.mm.ss and
 * the header-bytes field is 256 * (signals + 1) at the shifted places, and these are not so at the proper ones.
 *
 * @param bytes the first 256 bytes of the file, or more
 */
export function locateHeader(bytes: Uint8Array): HeaderPlace {
  if (bytes.length < fixedHeaderByteLength || looksLikeHeader(bytes, 0)) return unshifted;
  for (let distance = 1; distance <= maxShift; distance++) {
    for (const shift of [-distance, distance]) {
      if (!looksLikeHeader(bytes, shift)) continue;
      return { shift, identificationShift: hasVersion(bytes) ? 0 : Math.min(0, shift) };
    }
  }
  return unshifted;
}

/**
 * Whether date, time and the header-bytes field read as such when all fields are moved by `shift`, and the number of
 * signals agrees (as far as it is within the first 256 bytes).
 */
export function looksLikeHeader(bytes: Uint8Array, shift: number): boolean {
  const { startDate, headerByteLength, signalCount } = fixedFields;
  const dateTime = decodeLatin1(bytes.subarray(startDate.offset + shift, startDate.offset + shift + 16));
  if (!/^\d\d[.:/-]\d\d[.:/-](\d\d|yy)\d\d[.:]\d\d[.:]\d\d$/.test(dateTime)) return false;
  const start = headerByteLength.offset + shift;
  const length = decodeLatin1(bytes.subarray(start, start + headerByteLength.length)).trim();
  if (!/^\d+$/.test(length)) return false;
  const signals = Number(length) / fixedHeaderByteLength - 1;
  if (!Number.isInteger(signals) || signals < 1) return false;
  const count = decodeLatin1(
    bytes.subarray(signalCount.offset + shift, signalCount.offset + shift + 4),
  ).trim();
  return String(signals).startsWith(count) && (shift > 0 || count === String(signals));
}

/** Whether the file begins with the version field of EDF or BDF. */
export function hasVersion(bytes: Uint8Array): boolean {
  const text = decodeLatin1(bytes.subarray(0, fixedFields.version.length));
  return text === '0       ' || text === '\u00ffBIOSEMI';
}
