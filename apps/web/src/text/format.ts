const groups = new Intl.NumberFormat('en-GB');

/** `1,234,567`. */
export function formatCount(value: number): string {
  return groups.format(value);
}

/** Bytes in decimal units, as file managers print them: `319 KB`, `1.3 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ['KB', 'MB', 'GB', 'TB']) {
    value /= 1000;
    if (value < 999.5 || unit === 'TB')
      return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
  return '';
}

/** A length of time in the two largest units that matter: `8 h 02 min`, `12 min 30 s`, `0.25 s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds < 60) return `${trimZeros(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  const whole = Math.round(seconds);
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  if (days > 0) return `${days} d ${two(hours)} h`;
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${two(rest)} s`;
}

/** Hours, minutes and seconds with as many decimals as asked for: `02:13:05.250`. */
export function formatClock(seconds: number, decimals = 0): string {
  const unit = 10 ** decimals;
  const ticks = Math.round(Math.abs(seconds) * unit);
  const whole = Math.floor(ticks / unit);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  const fraction = decimals > 0 ? `.${String(ticks % unit).padStart(decimals, '0')}` : '';
  return `${seconds < 0 && ticks > 0 ? '−' : ''}${clock}${fraction}`;
}

/**
 * A local start date and time of a header, as it is: `2024-03-01 22:14:05`.
 * It has no zone and gets none.
 */
export function formatLocalStart(startDateTime: string | null): string {
  return startDateTime === null ? 'unreadable' : startDateTime.replace('T', ' ');
}

/** When something happened, for people: `just now`, `12 min ago`, `today 09:14`, `22 Nov 2026 09:14`. */
export function formatWhen(instant: string, now: Date): string {
  const then = new Date(instant);
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 45 * 60) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  const clock = then.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (then.toDateString() === now.toDateString()) return `today ${clock}`;
  return `${then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })} ${clock}`;
}

/** A number with at most `digits` significant digits, without exponent where that is readable. */
export function formatValue(value: number | null, digits = 4): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(Math.max(0, digits - 2)).replace('-', '−');
  const rounded = Number(value.toPrecision(digits));
  return String(rounded).replace('-', '−');
}

/** A sampling rate: `256 Hz`, `0.5 Hz`, `33.33 Hz`. */
export function formatRate(hertz: number): string {
  return `${trimZeros(hertz.toFixed(hertz < 1 ? 4 : 2))} Hz`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
