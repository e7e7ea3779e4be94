import { decodeLatin1, decodeText } from '../header-text.ts';
import type { TextRedaction } from './redact-text.ts';

const stampAtStart = /^[+-]?\d{1,10}(?:\.\d{0,12})?(?:\x15\d{0,10}(?:\.\d{0,12})?)?$/;
// Where TALs run together an onset stands in the place of a text; more digits than seven may be a telephone.
const stampInside = /^[+-]\d{1,7}(?:\.\d{0,12})?(?:\x15\d{1,7}(?:\.\d{0,12})?)?$/;

/**
 * Replaces the texts of an annotations block, byte for byte: onsets, durations and separators stay, in whatever state
 * they are, and every other byte is taken for text, also behind the padding.
 *
 * @param block the bytes of one annotations signal in one data record; only read
 * @param onText told each text that is not empty
 * @returns a block of the same length, zero at its end; the block given when nothing changed
 */
export function redactBlock(
  block: Uint8Array,
  redaction: TextRedaction,
  onText?: (before: string, after: string) => void,
): Uint8Array {
  const out = new Uint8Array(block.length);
  let written = 0;
  let isChanged = false;
  let copied = 0;
  for (const { start, end, isFirst } of annotationPieces(block)) {
    const piece = block.subarray(start, end);
    const redacted = redactPiece(piece, isFirst, redaction, onText);
    if (redacted !== piece) isChanged = true;
    out.set(block.subarray(copied, start), written);
    written += start - copied;
    out.set(redacted, written);
    written += redacted.length;
    copied = end;
  }
  // What is left is separators; behind a block that became shorter there are more zeros.
  out.set(block.subarray(copied), written);
  return isChanged ? out : block;
}

/** The runs of bytes between the separators of TALs; `isFirst` where a TAL begins, and an onset is expected. */
export function* annotationPieces(
  block: Uint8Array,
): Generator<{ start: number; end: number; isFirst: boolean }> {
  let start = 0;
  for (let at = 0; at <= block.length; at++) {
    if (at < block.length && block[at] !== 0 && block[at] !== 0x14) continue;
    // Nearly all of most blocks is padding.
    if (at > start) yield { start, end: at, isFirst: start === 0 || block[start - 1] === 0 };
    start = at + 1;
  }
}

/** Whether a piece is an onset, with or without a duration. */
export function isStamp(piece: Uint8Array, isFirst: boolean): boolean {
  return piece.length < 64 && (isFirst ? stampAtStart : stampInside).test(decodeLatin1(piece));
}

function redactPiece(
  piece: Uint8Array,
  isFirst: boolean,
  redaction: TextRedaction,
  onText?: (before: string, after: string) => void,
): Uint8Array {
  if (isStamp(piece, isFirst)) return piece;
  const { text: decoded, isUtf8 } = decodeText(piece);
  // Byte for byte where it is no UTF-8, so that what stays can be written back as it was.
  const text = isUtf8 ? decoded : decodeLatin1(piece);
  let after = redaction.freeText(text);
  let bytes = after === text ? piece : encode(after, isUtf8);
  if (redaction.identifies(bytes, 'text')) {
    after = 'X';
    bytes = encode(after, true);
  }
  onText?.(text, after);
  // What was no UTF-8 may be some now, and another text.
  return isUtf8 || bytes === piece ? bytes : redactPiece(bytes, isFirst, redaction);
}

function encode(text: string, isUtf8: boolean): Uint8Array {
  if (isUtf8) return new TextEncoder().encode(text);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
