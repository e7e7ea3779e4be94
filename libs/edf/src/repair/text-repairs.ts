import { decodeLatin1, decodeText } from '../header-text.ts';
import type { DraftField, HeaderDraft } from './header-draft.ts';
import type { RepairName } from './repair-catalogue.ts';

/** Repairs of bytes that no header field may hold, whatever it means (EDF004, EDF005, EDF006). */
export function repairTexts(draft: HeaderDraft, chosen: ReadonlySet<RepairName>): void {
  for (const field of draft.fields()) {
    if (field.name === 'label' && isAnnotationsLabel(draft.text(field))) continue;
    // What these fields mean decides where samples lie: their numbers are mended by value, not by byte.
    if (field.name === 'samplesPerDataRecord' || field.name === 'signalCount') continue;
    if (chosen.has('control-bytes')) replaceControlBytes(draft, field);
    if (chosen.has('ascii')) writeInAscii(draft, field);
    if (chosen.has('left-justify')) moveLeft(draft, field);
  }
}

function isAnnotationsLabel(text: string): boolean {
  return text === 'EDF Annotations' || text === 'BDF Annotations';
}

function replaceControlBytes(draft: HeaderDraft, field: DraftField): void {
  const bytes = draft.bytesOf(field);
  const isControl = (byte: number): boolean => byte < 0x20 || byte === 0x7f;
  if (!bytes.some(isControl)) return;
  const last = bytes.findLastIndex((byte) => byte !== 0x20 && !isControl(byte));
  const first = bytes.findIndex((byte) => byte !== 0x20 && !isControl(byte));
  const text = Array.from(bytes, (byte, at) => {
    if (!isControl(byte)) return String.fromCharCode(byte);
    return at > first && at < last ? '_' : ' ';
  }).join('');
  set(draft, field, text, 'control-bytes', 'EDF005', 'header fields hold no control bytes');
}

function writeInAscii(draft: HeaderDraft, field: DraftField): void {
  const bytes = draft.bytesOf(field);
  if (!bytes.some((byte) => byte > 0x7f)) return;
  // The micro sign of Shift-JIS is read as such even where the rest is too short to be sure of the encoding.
  const latin1 = decodeLatin1(bytes).replaceAll('\u0083\u00ca', '\u00b5');
  const text = latin1.includes('\u00b5')
    ? latin1.replaceAll('\u00c2\u00b5', '\u00b5')
    : decodeText(bytes).text;
  let ascii = text
    .replaceAll(/[\u00b5\u03bc]/g, 'u')
    .replaceAll('\u00b0', field.name === 'physicalDimension' ? 'deg' : 'o')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, '_');
  if (ascii.length > field.length) ascii = ascii.trimEnd();
  // "deg" takes the place of one byte: where the padding does not hold it, one character must do.
  if (ascii.length > field.length) ascii = text.replaceAll(/[^\x20-\x7e]/gu, '_').slice(0, field.length);
  set(draft, field, ascii, 'ascii', 'EDF004', 'header texts are ASCII');
}

function moveLeft(draft: HeaderDraft, field: DraftField): void {
  const text = decodeLatin1(draft.bytesOf(field));
  if (!text.startsWith(' ') || text.trim() === '') return;
  set(draft, field, text.replace(/^ +/, ''), 'left-justify', 'EDF006', 'header fields begin at their left');
}

function set(
  draft: HeaderDraft,
  field: DraftField,
  text: string,
  repair: RepairName,
  finding: string,
  reason: string,
): void {
  // A signal must not become an annotations signal by a repair: its samples would become text.
  if (field.name === 'label' && isAnnotationsLabel(text.trim())) return;
  draft.set(field, text, repair, finding, reason);
}
