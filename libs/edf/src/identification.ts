import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';
import { isCalendarDate, parseIdentificationDate } from './start-date-time.ts';

// Messages of this file name subfields and never quote them: they identify people.

/**
 * Checks the subfields of an EDF+ local patient identification: code, sex, birthdate, name (EDF048, EDF051).
 *
 * @param startYear year of the recording, for the age; null when unknown
 */
export function checkPatientIdentification(
  text: string,
  startYear: number | null,
  place: FindingPlace,
): Finding[] {
  const findings: Finding[] = [];
  const subfields = text.split(' ');
  const fault = (what: string): number =>
    findings.push(findingOf('EDF048', `The patient identification ${what}.`, place));
  if (text === '' || subfields.length < 4)
    fault('has fewer than the four subfields code, sex, birthdate, name');
  if (subfields.slice(0, 4).includes('') && text !== '') fault('has an empty subfield (two spaces in a row)');
  const [, sex, birthdate] = subfields;
  if (subfields.length < 3) return findings;
  if (!['F', 'M', 'X'].includes(sex!)) fault('has a sex that is not F, M or X');
  if (birthdate === 'X') return findings;
  const parsed = parseIdentificationDate(birthdate!);
  if (parsed === null || !parsed.isExact) fault('has a birthdate that is not dd-MMM-yyyy or X');
  if (parsed === null) return findings;
  if (!isCalendarDate(parsed.date)) {
    findings.push(findingOf('EDF051', 'The birthdate is not a date of the calendar.', place));
  } else if (startYear !== null && (startYear < parsed.date.year || startYear - parsed.date.year > 125)) {
    const message = 'The birthdate gives an age below 0 or above 125 years.';
    findings.push(findingOf('EDF051', message, place));
  }
  return findings;
}

/** Checks an EDF+ local recording identification: `Startdate`, its date, and three codes (EDF049). */
export function checkRecordingIdentification(text: string, place: FindingPlace): Finding[] {
  const findings: Finding[] = [];
  const subfields = text.split(' ');
  const fault = (what: string): number =>
    findings.push(findingOf('EDF049', `The recording identification ${what}.`, place));
  if (subfields[0] !== 'Startdate') {
    fault('does not begin with "Startdate"');
    return findings;
  }
  if (subfields.length < 5)
    fault('has fewer than the subfields date, administration code, technician, equipment');
  if (subfields.slice(0, 5).includes('')) fault('has an empty subfield (two spaces in a row)');
  const date = subfields[1] ?? '';
  if (date === 'X') return findings;
  const parsed = parseIdentificationDate(date);
  if (parsed === null || !parsed.isExact || !isCalendarDate(parsed.date)) {
    fault('has a date that is not a calendar date written dd-MMM-yyyy');
  }
  return findings;
}
