import { EdfError } from './errors.ts';

/** Whether a header field of `width` characters holds this number exactly, in plain decimal. */
export function fitsHeaderNumber(value: number, width = 8): boolean {
  const text = Object.is(value, -0) ? '0' : String(value);
  return Number.isFinite(value) && text.length <= width && !text.includes('e');
}

/**
 * A number as a header field holds it: plain decimal, no exponent, exactly the value given.
 *
 * @param width characters the field has; all numeric fields but signalCount have 8
 * @throws EdfError `write-value-invalid` when it does not fit: a rounded limit would be another calibration
 */
export function formatHeaderNumber(value: number, field: string, width = 8): string {
  const text = Object.is(value, -0) ? '0' : String(value);
  if (fitsHeaderNumber(value, width)) return text;
  throw new EdfError('write-value-invalid', `The ${field} ${text} does not fit ${width} characters.`, {
    field,
  });
}

/**
 * Writes a text field: ASCII 32 to 126, left-justified, padded with spaces.
 *
 * @param bytes the header record, changed in place
 * @param signal index of the signal the field belongs to, for the error
 * @throws EdfError `write-value-invalid` when the text is too long or not ASCII
 */
export function writeHeaderText(
  bytes: Uint8Array,
  offset: number,
  length: number,
  field: string,
  text: string,
  signal?: number,
): void {
  if (text.length > length || !/^[\x20-\x7e]*$/.test(text)) {
    const message = `The ${field} is not at most ${length} printable ASCII characters.`;
    throw new EdfError('write-value-invalid', message, {
      offset,
      field,
      ...(signal === undefined ? {} : { signal }),
    });
  }
  for (let i = 0; i < length; i++) bytes[offset + i] = i < text.length ? text.charCodeAt(i) : 0x20;
}
