import { EdfError } from '../errors.ts';

/** EDF+ wants code, sex, birthdate and name [EDF+ 2.1.3.3]: free text becomes the name. */
export function plusPatient(text: string): Uint8Array {
  const subfields = text.split(' ');
  if (subfields.length >= 4 && ['F', 'M', 'X'].includes(subfields[1]!))
    return bytesOf(text, 'localPatientIdentification');
  const name = text.trim().replace(/\s+/g, '_');
  return bytesOf(`X X X ${name === '' ? 'X' : name}`, 'localPatientIdentification');
}

/** EDF+ wants the start date, three codes, and then anything [EDF+ 2.1.3.4]: free text comes last. */
export function plusRecording(text: string, date: string | null): Uint8Array {
  if (/^Startdate \S+ \S+ \S+ \S+/.test(text)) return bytesOf(text, 'localRecordingIdentification');
  const rest = text.trim().replace(/\s+/g, '_');
  return bytesOf(
    `Startdate ${date ?? 'X'} X X X${rest === '' ? '' : ` ${rest}`}`,
    'localRecordingIdentification',
  );
}

/** @throws EdfError `write-value-invalid` when the text does not fit: a part of a name is another name */
function bytesOf(text: string, field: string): Uint8Array {
  const isLatin1 = /^[\u0000-\u00ff]*$/.test(text);
  const bytes = isLatin1
    ? Uint8Array.from(text, (character) => character.charCodeAt(0))
    : new TextEncoder().encode(text);
  if (bytes.length <= 80) return bytes;
  const message = `The ${field} needs ${bytes.length} bytes as EDF+ writes it and has 80: give a shorter one.`;
  throw new EdfError('write-value-invalid', message, { field });
}
