import { EdfError } from '../errors.ts';
import type { CalendarDate } from '../start-date-time.ts';
import { isCalendarDate } from '../start-date-time.ts';

/** A start as the header holds it. */
export interface StartFields {
  readonly startDate: string;
  readonly startTime: string;
  /** The whole date, for the recording identification. */
  readonly date: CalendarDate;
}

/**
 * The header fields of a start. Two digits reach from 1985 to 2084; any other year is written `yy`, and the recording
 * identification alone has it [EDF+ 2.1.3.2].
 *
 * @param startDateTime `YYYY-MM-DDTHH:MM:SS`, local time
 * @throws EdfError `write-value-invalid` when it is no such time, or before 1985
 */
export function formatStart(startDateTime: string): StartFields {
  const match = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(startDateTime);
  const [, year = '', month = '', day = '', hours, minutes, seconds] = match ?? [];
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  if (match === null || date.year < 1985 || !isCalendarDate(date)) {
    const message = 'The start is not a local date and time from 1985 on, written YYYY-MM-DDTHH:MM:SS.';
    throw new EdfError('write-value-invalid', message, { field: 'startDate' });
  }
  const shortYear = date.year > 2084 ? 'yy' : year.slice(2);
  return {
    startDate: `${day}.${month}.${shortYear}`,
    startTime: `${hours}.${minutes}.${seconds}`,
    date,
  };
}

/**
 * A local date and time some seconds later, or earlier. EDF has no time zones: every day has 86,400 seconds.
 *
 * @param startDateTime `YYYY-MM-DDTHH:MM:SS`
 * @throws EdfError `write-value-invalid` beyond the years 0 to 9999
 */
export function movedDateTime(startDateTime: string, seconds: bigint): string {
  // The Z is arithmetic only: it keeps the zone of this machine out of it.
  const moved = new Date(Date.parse(`${startDateTime}Z`) + Number(seconds) * 1000);
  const year = moved.getUTCFullYear();
  if (year >= 0 && year <= 9999) return moved.toISOString().slice(0, 19);
  const message = 'The start would lie beyond the years 0 to 9999.';
  throw new EdfError('write-value-invalid', message, { field: 'startDate' });
}
