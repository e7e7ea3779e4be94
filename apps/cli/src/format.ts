/** Bytes for people, three digits: `1.21 GB` (decimal units, as disks and networks are sold). */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  return `${text} ${units[unit]}`;
}

/** Seconds for people: `8 h 02 min`, `3 min 05 s`, `12 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole >= 3_600) return `${Math.floor(whole / 3_600)} h ${two(Math.floor((whole % 3_600) / 60))} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${whole} s`;
}

/**
 * An instant of the API for people: local time and what it is ahead of UTC, `2026-03-01 13:00:00 +01:00`.
 *
 * @param digits of the second's fraction
 * @param timeZone this machine's (TZ) unless given
 */
export function formatInstant(instant: string, digits: 0 | 3 = 0, timeZone?: string): string {
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
    ...(digits > 0 && { fractionalSecondDigits: 3 }),
    timeZoneName: 'longOffset',
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second, fractionalSecond, timeZoneName = '' } = parts;
  const fraction = fractionalSecond === undefined ? '' : `.${fractionalSecond}`;
  const offset = timeZoneName.replace('GMT', '') || '+00:00';
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${fraction} ${offset}`;
}

/** Columns of the width of their longest cell; the last is as long as it is. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows.map((row) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index]!))).join('  '),
  );
}
