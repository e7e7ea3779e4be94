import { fixedFields, signalFieldOffset, signalFields } from '../header-fields.ts';
import type { SignalFieldName } from '../header-fields.ts';
import { decodeLatin1, decodeText } from '../header-text.ts';
import type { EdfFile } from '../open.ts';
import { versionField } from '../write/header-record.ts';
import { isFilterText } from './filter-text.ts';
import { newIdentification } from './new-identification.ts';
import type { DeidentifyOptions } from './options.ts';
import type { TextRedaction } from './redact-text.ts';
import { isNameField } from './signal-names.ts';

/** Why bytes were changed. */
export type ChangeReason =
  | 'patient-identification'
  | 'recording-identification'
  | 'start-date'
  | 'start-time'
  | 'reserved-bytes'
  | 'free-text'
  | 'not-a-number'
  | 'data-record-count'
  | 'annotation-text'
  | 'bytes-after-last-record';

/** A header field that changes. The texts identify people: they are shown, never stored. */
export interface FieldChange {
  readonly field: string;
  readonly signal?: number;
  readonly offset: number;
  readonly length: number;
  readonly reason: ChangeReason;
  readonly before: string;
  readonly after: string;
}

const numberFields = [
  'physicalMin',
  'physicalMax',
  'digitalMin',
  'digitalMax',
  'samplesPerDataRecord',
] as const;
const freeFields = ['transducerType', 'prefiltering'] as const;
const nameFields = ['label', 'physicalDimension'] as const;

/**
 * The header record without what identifies. Limits, rates and labels keep their meaning; a field that must be a
 * number and holds something else is emptied.
 *
 * @param bytes the header record, not shifted; only read
 * @returns a header record of the same length
 */
export function redactHeader(
  file: EdfFile,
  bytes: Uint8Array,
  options: DeidentifyOptions,
  redaction: TextRedaction,
): { header: Uint8Array; changes: FieldChange[]; areDatesLeft: boolean } {
  const { header, dataRecordCount } = file;
  const out = bytes.slice();
  const changes: FieldChange[] = [];
  const put = (
    field: string,
    offset: number,
    length: number,
    reason: ChangeReason,
    change: (text: string) => string,
    signal?: number,
  ): void => {
    const range = bytes.subarray(offset, offset + length);
    const { text: before, isUtf8 } = fieldText(range);
    // Judged as it will be read: control bytes become spaces, and what they kept apart may be a number then.
    let after = change(reason === 'free-text' ? withoutControls(before) : before);
    if (
      reason === 'free-text' &&
      redaction.identifies(encode(after, isUtf8), isNameField(field, after) ? 'name' : 'text')
    )
      after = 'X';
    // What was no UTF-8 may be some now, and another text.
    const read = isUtf8 ? after : fieldText(encode(after, false)).text;
    if (reason === 'free-text' && read !== after) after = change(read) === read ? after : 'X';
    const isDirty = range.some((byte) => byte < 0x20 || byte === 0x7f);
    if (after === before && !isDirty) return;
    const encoded = encode(after, isUtf8);
    out.fill(0x20, offset, offset + length);
    out.set(encoded.subarray(0, length), offset);
    const place = { field, offset, length, reason };
    changes.push({ ...place, ...(signal === undefined ? {} : { signal }), before, after });
  };
  const fixed = (
    name: keyof typeof fixedFields,
    reason: ChangeReason,
    change: (text: string) => string,
  ): void => put(name, fixedFields[name].offset, fixedFields[name].length, reason, change);

  const id = newIdentification(header, options);
  out.set(versionField(header.bytesPerSample));
  if (!isSame(out, bytes, 8)) {
    const before = decodeLatin1(bytes.subarray(0, 8));
    changes.push({
      field: 'version',
      offset: 0,
      length: 8,
      reason: 'reserved-bytes',
      before,
      after: '(standard)',
    });
  }
  fixed('localPatientIdentification', 'patient-identification', () => id.localPatientIdentification);
  fixed('localRecordingIdentification', 'recording-identification', () => id.localRecordingIdentification);
  fixed('startDate', 'start-date', () => id.startDate);
  fixed('startTime', 'start-time', () => id.startTime);
  fixed('headerByteLength', 'not-a-number', () => String(header.headerByteLength));
  const marker = header.variant.includes('+') ? header.variant : header.bytesPerSample === 3 ? '24BIT' : '';
  // The text of a marker that contradicts the version is kept: what reading makes of it must not change.
  fixed('reserved', 'reserved-bytes', (text) => /^(?:EDF|BDF)\+[CD]/.exec(text)?.[0] ?? marker);
  fixed('dataRecordCount', 'data-record-count', (text) =>
    text === String(dataRecordCount) ? text : String(dataRecordCount),
  );
  fixed('dataRecordDuration', 'not-a-number', numberOnly);
  fixed('signalCount', 'not-a-number', () => String(header.signals.length));
  for (const { index, isAnnotations } of header.signals) {
    const field = (name: SignalFieldName, reason: ChangeReason, change: (text: string) => string): void =>
      put(
        name,
        signalFieldOffset(name, index, header.signals.length),
        signalFields[name].length,
        reason,
        change,
        index,
      );
    for (const name of numberFields) field(name, 'not-a-number', numberOnly);
    field('reserved', 'reserved-bytes', () => '');
    if (isAnnotations) {
      for (const name of [...freeFields, 'physicalDimension'] as const) field(name, 'free-text', () => '');
      continue;
    }
    for (const name of nameFields) field(name, 'free-text', (text) => notAnnotations(redaction.name(text)));
    field('transducerType', 'free-text', redaction.freeText);
    // Limits of filters look like dates and numbers: 0.2-128Hz.
    field('prefiltering', 'free-text', (text) =>
      isFilterText(text) && !redaction.identifies(encode(text, true), 'name')
        ? text
        : redaction.freeText(text),
    );
  }
  return { header: out, changes, areDatesLeft: id.areDatesLeft };
}

/** Numbers stay, also badly written ones; words in the place of a number go. */
function numberOnly(text: string): string {
  return /^[+-]?[\d.,]*([eE][+-]?\d{1,3})?$/.test(text) ? text : '';
}

/** Control bytes become spaces: a label that would be that of an annotations signal then, and was not, goes. */
function notAnnotations(after: string): string {
  const { text } = fieldText(encode(after, true));
  return /^[EB]DF Annotations$/.test(text) ? 'X' : after;
}

const withoutControls = (text: string): string => text.replace(/[\0-\x1f\x7f]/g, ' ').replace(/^ +| +$/g, '');

/** Byte for byte where it is no UTF-8, so that what stays is written back as it was. */
function fieldText(range: Uint8Array): { text: string; isUtf8: boolean } {
  const trimmed = (text: string): string => text.replace(/^[ \0]+|[ \0]+$/g, '');
  const { text, isUtf8 } = decodeText(range);
  return { text: trimmed(isUtf8 ? text : decodeLatin1(range)), isUtf8 };
}

/** Control bytes are no text; what they separate stays apart. */
function encode(text: string, isUtf8: boolean): Uint8Array {
  const bytes = isUtf8
    ? new TextEncoder().encode(text)
    : Uint8Array.from(text, (character) => character.charCodeAt(0));
  return bytes.map((byte) => (byte < 0x20 || byte === 0x7f ? 0x20 : byte));
}

function isSame(a: Uint8Array, b: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
