import type { CalendarDate } from '../start-date-time.ts';
import { parseIdentificationDate } from '../start-date-time.ts';
import { monthNames } from './month-names.ts';

/**
 * A date as people write it: with months as numbers or names, years of four digits or two, in any order and apart or
 * in one. What stands between the parts does not matter to a search.
 */
export function dateStrings(date: CalendarDate): string[] {
  // De-identification itself writes the first of January.
  if (date.month === 1 && date.day === 1) return [];
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = String(date.year).padStart(4, '0');
  const [d, m] = [two(date.day), two(date.month)];
  const days = [...new Set([d, String(date.day)])];
  const months = [...new Set([m, String(date.month)])];
  const names = monthNames[date.month - 1] ?? [];
  const strings: string[] = [];
  for (const y of [year, year.slice(2)]) {
    strings.push(`${y}${m}${d}`, `${d}${m}${y}`, `${m}${d}${y}`, `${d}${names[0]}${y}`);
    for (const day of days) {
      for (const of of months) strings.push(`${day} ${of} ${y}`, `${of} ${day} ${y}`, `${y} ${of} ${day}`);
      for (const name of names) strings.push(`${day} ${name} ${y}`, `${name} ${day} ${y}`);
    }
  }
  return strings;
}

/** A date in a text that is nothing else; where day and month cannot be told apart, both. */
export function datesIn(text: string): CalendarDate[] {
  const parsed = parseIdentificationDate(text);
  if (parsed !== null) return [parsed.date];
  const yearFirst = /^(\d{4})[./_-](\d{1,2})[./_-](\d{1,2})$/.exec(text);
  const yearLast = /^(\d{1,2})[^\dA-Za-z](\d{1,2})[^\dA-Za-z](\d{4}|\d{2})$/.exec(text);
  const dateOf = (year: number, month: number, day: number): CalendarDate[] =>
    month >= 1 && month <= 12 && day >= 1 && day <= 31 ? [{ year, month, day }] : [];
  if (yearFirst !== null) return dateOf(...(yearFirst.slice(1).map(Number) as [number, number, number]));
  if (yearLast === null) return [];
  const [day, month, last] = yearLast.slice(1).map(Number) as [number, number, number];
  // Two digits as in the start date of a header [EDF+ 2.1.3].
  const year = yearLast[3]!.length === 4 ? last : last + (last >= 85 ? 1900 : 2000);
  return [...dateOf(year, month, day), ...dateOf(year, day, month)];
}
