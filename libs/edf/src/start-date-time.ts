import { fixedFields } from './header-fields.ts';
import type { Finding, FindingPlace } from './finding.ts';
import { findingOf } from './finding.ts';

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** A calendar date; `month` 1 to 12. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Whether the Gregorian calendar has this date (years 0 to 9999). */
export function isCalendarDate({ year, month, day }: CalendarDate): boolean {
  if (month < 1 || month > 12 || day < 1 || year < 0 || year > 9999) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= days[month - 1]!;
}

/**
 * A date of an EDF+ identification subfield, `dd-MMM-yyyy` with the English month in capitals.
 *
 * @returns null when the text is not a date at all; `isExact` false when it is one in another case or with one digit
 */
export function parseIdentificationDate(text: string): { date: CalendarDate; isExact: boolean } | null {
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  if (match === null) return null;
  const [, day = '', name = '', year = ''] = match;
  const month = months.indexOf(name.toUpperCase()) + 1;
  if (month === 0) return null;
  const isExact = day.length === 2 && name === name.toUpperCase();
  return { date: { year: Number(year), month, day: Number(day) }, isExact };
}

/** `dd-MMM-yyyy`, as EDF+ identification subfields write dates. */
export function formatIdentificationDate({ year, month, day }: CalendarDate): string {
  return `${String(day).padStart(2, '0')}-${months[month - 1]}-${String(year).padStart(4, '0')}`;
}

/** The date after `Startdate` in a local recording identification, if there is one. */
export function recordingStartDate(localRecordingIdentification: string): CalendarDate | null {
  const [keyword, text = ''] = localRecordingIdentification.split(' ');
  if (keyword !== 'Startdate') return null;
  const parsed = parseIdentificationDate(text);
  return parsed !== null && isCalendarDate(parsed.date) ? parsed.date : null;
}

/**
 * The start of the recording as `YYYY-MM-DDTHH:MM:SS`, the local time at the patient: EDF has no time zones.
 * Two-digit years 85 to 99 mean 1985 to 1999, 00 to 84 mean 2000 to 2084; where the recording identification has
 * the same day, month and two-digit year of another century, that century holds (recordings of 1970 are common).
 *
 * @param date the field startDate, trimmed
 * @param time the field startTime, trimmed
 * @param localRecordingIdentification for the full year
 * @param shift by how many bytes the header is shifted, for the offsets of findings
 * @returns null when date or time cannot be read
 */
export function readStartDateTime(
  date: string,
  time: string,
  localRecordingIdentification: string,
  shift: number,
): { startDateTime: string | null; findings: Finding[] } {
  const findings: Finding[] = [];
  const recordingDate = recordingStartDate(localRecordingIdentification);
  const day = readDate(date, recordingDate, placeOf('startDate', shift), findings);
  const clock = readTime(time, placeOf('startTime', shift), findings);
  if (day !== null && recordingDate !== null && !isSameDate(day, recordingDate)) {
    const message = 'The start date of the header and the date in the recording identification differ.';
    findings.push(findingOf('EDF050', message, { ...placeOf('startDate', shift), assumed: 'the header' }));
  }
  if (day === null || clock === null) return { startDateTime: null, findings };
  const iso = `${pad(day.year, 4)}-${pad(day.month)}-${pad(day.day)}T${clock.map((part) => pad(part)).join(':')}`;
  return { startDateTime: iso, findings };
}

function readDate(
  text: string,
  recordingDate: CalendarDate | null,
  place: FindingPlace,
  findings: Finding[],
): CalendarDate | null {
  const match = /^(\d{1,2})([^\dA-Za-z])(\d{1,2})([^\dA-Za-z])(\d{1,2}|yy)$/.exec(text);
  if (match === null) {
    findings.push(findingOf('EDF007', 'The start date is not written dd.mm.yy.', place));
    return null;
  }
  const [, day, first, month, second, yearText = ''] = match;
  if (first !== '.' || second !== '.' || text.length !== 8) {
    const message = 'The start date is not written dd.mm.yy.';
    findings.push(findingOf('EDF007', message, { ...place, assumed: 'day, month, year in this order' }));
  }
  if (yearText === 'yy') {
    const year = recordingDate?.year;
    if (year === undefined || year <= 2084) {
      const message = 'The year is "yy", which needs a date after 2084 in the recording identification.';
      findings.push(findingOf('EDF010', message, place));
    }
    if (year === undefined) return null;
    return checkedDate({ year, month: Number(month), day: Number(day) }, place, findings);
  }
  const twoDigits = Number(yearText);
  const year = twoDigits + (twoDigits >= 85 ? 1900 : 2000);
  const clipped = { year, month: Number(month), day: Number(day) };
  if (recordingDate !== null && recordingDate.year !== year && isSameInCentury(clipped, recordingDate)) {
    const message = `The two-digit year means ${year}; the recording identification gives another century.`;
    findings.push(
      findingOf('EDF009', message, { ...place, assumed: 'the year of the recording identification' }),
    );
    return recordingDate;
  }
  return checkedDate(clipped, place, findings);
}

function checkedDate(date: CalendarDate, place: FindingPlace, findings: Finding[]): CalendarDate | null {
  if (isCalendarDate(date)) return date;
  findings.push(findingOf('EDF008', 'The start date is not a date of the calendar.', place));
  return null;
}

function readTime(text: string, place: FindingPlace, findings: Finding[]): number[] | null {
  const match = /^(\d{1,2})([^\dA-Za-z])(\d{1,2})([^\dA-Za-z])(\d{1,2})$/.exec(text);
  const parts = match === null ? [] : [Number(match[1]), Number(match[3]), Number(match[5])];
  if (match === null || parts[0]! > 23 || parts[1]! > 59 || parts[2]! > 59) {
    findings.push(findingOf('EDF011', 'The start time is not a time written hh.mm.ss.', place));
    return null;
  }
  if (match[2] !== '.' || match[4] !== '.' || text.length !== 8) {
    const message = 'The start time is not written hh.mm.ss.';
    findings.push(findingOf('EDF011', message, { ...place, assumed: 'hours, minutes, seconds' }));
  }
  return parts;
}

function isSameInCentury(a: CalendarDate, b: CalendarDate): boolean {
  return a.year % 100 === b.year % 100 && a.month === b.month && a.day === b.day;
}

function isSameDate(a: CalendarDate, b: CalendarDate): boolean {
  return a.year === b.year && a.month === b.month && a.day === b.day;
}

function placeOf(name: 'startDate' | 'startTime', shift: number): FindingPlace {
  const { offset, length } = fixedFields[name];
  return { field: name, offset: offset + shift, length };
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
