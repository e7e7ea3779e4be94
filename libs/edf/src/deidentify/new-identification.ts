import { EdfError } from '../errors.ts';
import type { EdfHeader } from '../header.ts';
import type { CalendarDate } from '../start-date-time.ts';
import { formatIdentificationDate, isCalendarDate, parseIdentificationDate } from '../start-date-time.ts';
import { areDatesLeft, shiftedMark } from './identifying-strings.ts';
import type { DeidentifyOptions } from './options.ts';
import { hmacSha256 } from './sha256.ts';

/** The identification fields of a de-identified recording. */
export interface NewIdentification {
  readonly localPatientIdentification: string;
  readonly localRecordingIdentification: string;
  readonly startDate: string;
  readonly startTime: string;
  /** The recording says that its dates were shifted before: they are left as they are. */
  readonly areDatesLeft: boolean;
}

const clearDate: CalendarDate = { year: 1985, month: 1, day: 1 };

/**
 * What takes the place of patient, recording, date and time: `X` where nothing is kept [EDF+ 2.1.3].
 *
 * @throws EdfError `write-value-invalid` for a secret that is too short, or a shift to before 1985
 */
export function newIdentification(header: EdfHeader, options: DeidentifyOptions): NewIdentification {
  const patient = header.localPatientIdentification.split(' ');
  const start = startOf(header);
  const isShift = options.dates?.kind === 'shift' && start !== null;
  const isLeft = areDatesLeft(header, options);
  const date = !isShift ? clearDate : isLeft ? start : shifted(start, header, options);
  const sex = options.keepSex === true && /^[FM]$/.test(patient[1] ?? '') ? patient[1]! : 'X';
  const birthdate = options.keepAge === true ? ageAsBirthdate(patient[2], start, date) : 'X';
  const two = (value: number): string => String(value).padStart(2, '0');
  const hasTime = options.keepTimeOfDay === true && header.startDateTime !== null;
  return {
    localPatientIdentification: `X ${sex} ${birthdate} X`,
    localRecordingIdentification: isShift
      ? `Startdate ${formatIdentificationDate(date)} X X X ${shiftedMark}`
      : 'Startdate X X X X',
    startDate: `${two(date.day)}.${two(date.month)}.${date.year > 2084 ? 'yy' : two(date.year % 100)}`,
    startTime: hasTime ? header.startDateTime!.slice(11).replaceAll(':', '.') : '00.00.00',
    areDatesLeft: isLeft,
  };
}

function startOf({ startDateTime }: EdfHeader): CalendarDate | null {
  if (startDateTime === null) return null;
  const [year, month, day] = startDateTime.slice(0, 10).split('-').map(Number) as [number, number, number];
  return { year, month, day };
}

function ageAsBirthdate(text: string | undefined, start: CalendarDate | null, date: CalendarDate): string {
  const birth = parseIdentificationDate(text ?? '')?.date;
  if (birth === undefined || start === null || !isCalendarDate(birth)) return 'X';
  const hadBirthday = start.month > birth.month || (start.month === birth.month && start.day >= birth.day);
  const age = start.year - birth.year - (hadBirthday ? 0 : 1);
  if (age < 0 || age > 125) return 'X';
  return formatIdentificationDate({ year: date.year - Math.min(age, 90), month: 1, day: 1 });
}

function shifted(start: CalendarDate, header: EdfHeader, options: DeidentifyOptions): CalendarDate {
  const { dates } = options;
  if (dates?.kind !== 'shift') return start;
  const { secret, maxDays = 3650 } = dates;
  if (secret.length < 16 || !Number.isInteger(maxDays) || maxDays < 1) {
    const message = 'Shifting dates needs a secret of 16 bytes or more and at least one day.';
    throw new EdfError('write-value-invalid', message, { field: 'dates' });
  }
  const key = dates.patientKey ?? header.localPatientIdentification;
  const digest = new DataView(hmacSha256(secret, new TextEncoder().encode(key)).buffer);
  const days = 1 + (digest.getUint32(0) % maxDays);
  const moved = new Date(Date.UTC(start.year, start.month - 1, start.day) - days * 86_400_000);
  const date = { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
  if (date.year >= 1985) return date;
  const message = `The shifted start lies before 1985, which headers cannot say: shift by fewer than ${maxDays} days.`;
  throw new EdfError('write-value-invalid', message, { field: 'startDate' });
}
