import type { Finding } from '../finding.ts';
import { findingOf } from '../finding.ts';
import { fixedFields } from '../header-fields.ts';
import type { EdfHeader } from '../header.ts';
import { parseIdentificationDate } from '../start-date-time.ts';

const unknown = /^(x+|anonym\w*|unknown|none|n\/?a|[-_.?0]*)$/i;
const date =
  /\b(\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}-[A-Za-z]{3}-\d{4})\b/;
const longNumber = /(^|[^\d.,:+-])(\d[ -]?){6,}\d(?![\d.,:])/;

/** Says which places of the header may identify a person, and never what they hold (EDF069). */
export function checkIdentifyingContent(header: EdfHeader): Finding[] {
  const findings: Finding[] = [];
  const tell = (field: 'localPatientIdentification' | 'localRecordingIdentification', what: string): void => {
    const { offset, length } = fixedFields[field];
    const place = { field, offset: offset + header.headerShift, length };
    findings.push(findingOf('EDF069', `The header holds ${what}.`, place));
  };
  const { localPatientIdentification: patient, localRecordingIdentification: recording } = header;
  if (header.variant.includes('+')) {
    const [code = '', , birthdate = '', name = ''] = patient.split(' ');
    const told: string[] = [];
    if (!unknown.test(code)) told.push('a code of the patient');
    if (parseIdentificationDate(birthdate) !== null) told.push('a birthdate');
    if (!unknown.test(name)) told.push('a name');
    if (told.length > 0) tell('localPatientIdentification', told.join(', '));
    const [, , administration = '', technician = ''] = recording.split(' ');
    const codes: string[] = [];
    if (!unknown.test(administration)) codes.push('an administration code');
    if (!unknown.test(technician)) codes.push('a code of the technician');
    if (codes.length > 0) tell('localRecordingIdentification', codes.join(' and '));
  } else if (patient.split(/\s+/).some((word) => !unknown.test(word))) {
    tell('localPatientIdentification', 'an identification of the patient in free text');
  }
  if (/\bSRN=/.test(recording)) tell('localRecordingIdentification', 'the serial number of a device');
  return findings;
}

/** Words of the patient identification that would identify in an annotation too, in lower case. */
export function identifyingWords(header: EdfHeader): string[] {
  const fields = header.localPatientIdentification.split(/\s+/);
  const told = header.variant.includes('+') ? [fields[0] ?? '', fields[3] ?? ''] : fields;
  const words = told.flatMap((word) => word.split(/[_,;]+/));
  return [
    ...new Set(
      words.filter((word) => word.length >= 3 && !unknown.test(word)).map((word) => word.toLowerCase()),
    ),
  ];
}

/** Whether an annotation text holds one of `names`, a date, or a number as long as one of a patient or a telephone. */
export function hasIdentifyingText(text: string, names: readonly string[]): boolean {
  if (text.length < 3) return false;
  if (date.test(text) || longNumber.test(text)) return true;
  if (names.length === 0) return false;
  const lower = text.toLowerCase();
  return names.some((name) => lower.includes(name));
}
