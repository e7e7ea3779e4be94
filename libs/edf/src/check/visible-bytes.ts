import { isIdentifyingField } from '../repair/header-draft.ts';

const mostBytes = 32;
const hidden = '\u00b7';
/** Fields of digits and separators: letters in them have strayed in from the identification beside. */
const numericFields = new Set([
  'startDate',
  'startTime',
  'headerByteLength',
  'dataRecordCount',
  'dataRecordDuration',
  'signalCount',
]);

/**
 * Bytes of a header field for people: printable ASCII as it is, other bytes as `\x1F`, at most 32.
 *
 * @returns undefined where the bytes may identify a person
 */
export function visibleHeaderBytes(bytes: Uint8Array, field: string | undefined): string | undefined {
  if (field === undefined || isIdentifyingField(field)) return undefined;
  const shown = Array.from(bytes.subarray(0, mostBytes), (byte) => {
    const isLetter = /[A-Za-z]/.test(String.fromCharCode(byte));
    return numericFields.has(field) && isLetter ? hidden : visibleByte(byte);
  });
  return shown.join('') + (bytes.length > mostBytes ? '\u2026' : '');
}

/**
 * Bytes of an annotations signal for people: marks and the onset at the beginning as they are, everything that may be
 * text as a middle dot. Digits too, behind the first mark: a text may be a number of a patient.
 */
export function visibleTalBytes(bytes: Uint8Array): string {
  let isOnset = true;
  return Array.from(bytes.subarray(0, mostBytes), (byte) => {
    const isMark = byte === 0 || byte === 0x14 || byte === 0x15;
    if (isMark && byte !== 0) isOnset = false;
    if (isMark || (byte < 0x20 && byte > 0)) return visibleByte(byte);
    return isOnset && /[-+.0-9]/.test(String.fromCharCode(byte)) ? visibleByte(byte) : hidden;
  }).join('');
}

function visibleByte(byte: number): string {
  if (byte === 0x5c) return '\\\\';
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
