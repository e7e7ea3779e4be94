import {
  formatIdentificationDate,
  isCalendarDate,
  parseIdentificationDate,
  recordingStartDate,
} from '../start-date-time.ts';
import type { CalendarDate } from '../start-date-time.ts';
import type { HeaderDraft } from './header-draft.ts';
import type { RepairName } from './repair-catalogue.ts';

const firstDate: CalendarDate = { year: 1985, month: 1, day: 1 };

/** Repairs of start date and time (EDF007 to EDF011, EDF050). */
export function repairStart(draft: HeaderDraft, chosen: ReadonlySet<RepairName>): void {
  if (chosen.has('date-form')) writeInForm(draft);
  const dateField = draft.fixed('startDate');
  const recordingField = draft.fixed('localRecordingIdentification');
  const recordingDate = recordingStartDate(draft.text(recordingField));
  const date = headerDate(draft.text(dateField));
  if (recordingDate !== null && chosen.has('start-date-from-recording-identification')) {
    const isOther = date === null || !isSameDay(date, recordingDate);
    const finding = date === null ? 'EDF008' : 'EDF050';
    if (isOther && recordingDate.year >= 1985 && recordingDate.year <= 2084) {
      const reason = 'the start date of the recording identification';
      draft.set(
        dateField,
        dotted(recordingDate),
        'start-date-from-recording-identification',
        finding,
        reason,
      );
    }
  }
  if (!chosen.has('clip-start-date')) return;
  const isTooEarly = recordingDate !== null && recordingDate.year < 1985;
  const isWithoutYear = recordingDate === null && draft.text(dateField).endsWith('yy');
  if (!isTooEarly && !isWithoutYear) return;
  const finding = isTooEarly ? 'EDF009' : 'EDF010';
  const reason = 'the first date that EDF+ can hold';
  draft.set(dateField, dotted(firstDate), 'clip-start-date', finding, reason);
  if (!isTooEarly) return;
  const words = draft.text(recordingField).split(' ');
  words[1] = formatIdentificationDate(firstDate);
  draft.set(recordingField, words.join(' '), 'clip-start-date', finding, reason);
}

/** Repairs of the EDF+ identification subfields (EDF048, EDF049): what is not known becomes X. */
export function repairIdentification(draft: HeaderDraft): void {
  const reason = 'the subfields that EDF+ asks for';
  const patientField = draft.fixed('localPatientIdentification');
  const patient = draft.text(patientField).split(' ');
  const [code = '', sex = '', birthdate = '', name = ''] = patient;
  const birth = parseIdentificationDate(birthdate);
  const isBirth = birthdate === 'X' || birth !== null;
  if (patient.length >= 4 && code !== '' && ['F', 'M', 'X'].includes(sex) && isBirth && name !== '') {
    if (birth !== null) patient[2] = formatIdentificationDate(birth.date);
    draft.set(patientField, patient.join(' '), 'identification-form', 'EDF048', reason);
  } else {
    const whole = patient.filter(Boolean).join('_') || 'X';
    draft.set(patientField, `X X X ${whole}`, 'identification-form', 'EDF048', reason);
  }
  const recordingField = draft.fixed('localRecordingIdentification');
  const recording = draft.text(recordingField).split(' ');
  const isKeyed = recording[0] === 'Startdate';
  const written = isKeyed ? parseIdentificationDate(recording[1] ?? '') : null;
  const date = written !== null && isCalendarDate(written.date) ? written.date : null;
  const fallback = recording[1] === 'X' ? null : headerDate(draft.text(draft.fixed('startDate')));
  const known = date ?? fallback;
  const rest = isKeyed
    ? recording.slice(2).map((word) => word || 'X')
    : ['X', 'X', recording.filter(Boolean).join('_') || 'X'];
  while (rest.length < 3) rest.push('X');
  const text = ['Startdate', known === null ? 'X' : formatIdentificationDate(known), ...rest].join(' ');
  draft.set(recordingField, text, 'identification-form', 'EDF049', reason);
}

function writeInForm(draft: HeaderDraft): void {
  const dateField = draft.fixed('startDate');
  const date = /^(\d{1,2})[^\dA-Za-z](\d{1,2})[^\dA-Za-z](\d{1,2}|yy)$/.exec(draft.text(dateField));
  if (date !== null) {
    const text = date
      .slice(1)
      .map((part) => part.padStart(2, '0'))
      .join('.');
    draft.set(dateField, text, 'date-form', 'EDF007', 'day, month and year as dd.mm.yy');
  }
  const timeField = draft.fixed('startTime');
  const time = /^(\d{1,2})[^\dA-Za-z](\d{1,2})[^\dA-Za-z](\d{1,2})$/.exec(draft.text(timeField));
  if (time === null || Number(time[1]) > 23 || Number(time[2]) > 59 || Number(time[3]) > 59) return;
  const text = time
    .slice(1)
    .map((part) => part.padStart(2, '0'))
    .join('.');
  draft.set(timeField, text, 'date-form', 'EDF011', 'the time as hh.mm.ss');
}

function headerDate(text: string): CalendarDate | null {
  const match = /^(\d\d)\.(\d\d)\.(\d\d)$/.exec(text);
  if (match === null) return null;
  const short = Number(match[3]);
  const date = {
    year: short + (short >= 85 ? 1900 : 2000),
    month: Number(match[2]),
    day: Number(match[1]),
  };
  return isCalendarDate(date) ? date : null;
}

function dotted({ year, month, day }: CalendarDate): string {
  return [day, month, year % 100].map((part) => String(part).padStart(2, '0')).join('.');
}

function isSameDay(a: CalendarDate, b: CalendarDate): boolean {
  return a.year === b.year && a.month === b.month && a.day === b.day;
}
