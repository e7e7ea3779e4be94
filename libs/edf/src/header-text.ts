import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';

// Not `fatal`: an exception for each field of a header of noise takes seconds.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const shiftJis = new TextDecoder('shift_jis');
const encoder = new TextEncoder();
const replacementCharacter = '\ufffd';

/** One character per byte. (TextDecoder's `latin1` is windows-1252, which changes 0x80 to 0x9F.) */
export function decodeLatin1(bytes: Uint8Array): string {
  // apply, since spreading a typed array goes through its iterator: half as fast.
  if (bytes.length <= 8192) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += decodeLatin1(bytes.subarray(at, at + 8192));
  return text;
}

/** How a text was read. */
export type TextEncoding = 'UTF-8' | 'Shift-JIS' | 'Latin-1';

/** UTF-8 where the bytes are valid UTF-8; Shift-JIS where they can hardly be anything else; otherwise Latin-1. */
export function decodeText(bytes: Uint8Array): { text: string; isUtf8: boolean; encoding: TextEncoding } {
  const text = utf8.decode(bytes);
  // Bytes that are no UTF-8 come out as replacement characters; so does a replacement character that was written.
  const isUtf8 = !text.includes(replacementCharacter) || isSame(encoder.encode(text), bytes);
  if (isUtf8) return { text, isUtf8, encoding: 'UTF-8' };
  if (looksLikeShiftJis(bytes)) {
    const japanese = shiftJis.decode(bytes);
    if (!japanese.includes(replacementCharacter)) return { text: japanese, isUtf8, encoding: 'Shift-JIS' };
  }
  return { text: decodeLatin1(bytes), isUtf8, encoding: 'Latin-1' };
}

/**
 * Whether all bytes above ASCII form Shift-JIS characters, and one of them can hardly be Western: an apostrophe of
 * windows-1252 and the letter after it (0x92 0x73) would otherwise make a kanji.
 */
function looksLikeShiftJis(bytes: Uint8Array): boolean {
  let isCertain = false;
  let isAfterLetters = false;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x80 || (lead >= 0xa1 && lead <= 0xdf)) {
      isAfterLetters = false;
      continue;
    }
    const trail = bytes[++at] ?? 0;
    const isPair = lead !== 0x80 && lead !== 0xa0 && lead <= 0xfc && trail >= 0x40 && trail <= 0xfc;
    if (!isPair || trail === 0x7f) return false;
    if (lead > 0x9f) {
      isAfterLetters = false;
      continue;
    }
    // Two pairs in a row would be letters that Western texts do not alternate so; quotation marks they do.
    const isQuotationMark = lead >= 0x91 && lead <= 0x94;
    if (isHardlyWestern(lead, trail) || (isAfterLetters && !isQuotationMark)) isCertain = true;
    isAfterLetters = !isQuotationMark;
  }
  return isCertain;
}

/** Bytes that mean nothing in windows-1252, which fills 0x80 to 0x9F with characters that Latin-1 does not have. */
const notInWindows1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** Second bytes in ASCII that are neither letters nor brackets: no word and no quotation begins with them. */
const oddTrails = new Set(Array.from('@\\^_`{|}~', (character) => character.charCodeAt(0)));

/** Kana, a second byte above ASCII, or one of the others that do not follow a Western character. */
function isHardlyWestern(lead: number, trail: number): boolean {
  const isKana = lead === 0x82 || lead === 0x83;
  return isKana || trail >= 0x80 || notInWindows1252.has(lead) || oddTrails.has(trail);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A header field without its padding (spaces, and the NUL bytes some writers pad with). */
export function headerText(bytes: Uint8Array): string {
  let start = 0;
  let end = bytes.length;
  while (end > start && isPadding(bytes[end - 1]!)) end--;
  while (start < end && isPadding(bytes[start]!)) start++;
  return decodeText(bytes.subarray(start, end)).text;
}

function isPadding(byte: number): boolean {
  return byte === 0x20 || byte === 0;
}

/**
 * What is wrong with the bytes of one header field, whatever it means: control bytes (EDF005), bytes outside
 * ASCII (EDF004), not left-justified (EDF006).
 */
export function checkHeaderBytes(
  bytes: Uint8Array,
  offset: number,
  field: string,
  signal?: number,
): Finding[] {
  const findings: Finding[] = [];
  const place = { field, ...(signal === undefined ? {} : { signal }) };
  const control = bytes.findIndex((byte) => byte < 0x20 || byte === 0x7f);
  if (control >= 0) {
    const value = hexadecimal(bytes[control]!);
    const message = `The field ${field} holds a control byte (${value}).`;
    findings.push(findingOf('EDF005', message, { ...place, offset: offset + control, length: 1 }));
  }
  const high = bytes.findIndex((byte) => byte > 0x7f);
  if (high >= 0) {
    const { encoding } = decodeText(bytes);
    const message = `The field ${field} holds a byte outside ASCII (${hexadecimal(bytes[high]!)}).`;
    const at = { offset: offset + high, length: 1, assumed: `${encoding} text` };
    findings.push(findingOf('EDF004', message, { ...place, ...at }));
  }
  if (bytes[0] === 0x20 && bytes.some((byte) => byte !== 0x20)) {
    const message = `The field ${field} begins with a space.`;
    findings.push(findingOf('EDF006', message, { ...place, offset, length: bytes.length }));
  }
  return findings;
}

function hexadecimal(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}
