export interface GoToContext {
  /** Where the page is now, seconds from the start. */
  readonly now: number;
  readonly durationSeconds: number;
  /** Local clock time at 0, seconds of the day; null when the file does not tell. */
  readonly startSecondOfDay: number | null;
  readonly clock: 'local' | 'elapsed';
}

/**
 * What somebody typed into "go to time", as seconds from the start, or null when it is no time.
 * `02:13:05` (of the shown clock; `02:13` is hours and minutes), `+90s`, `-5m`, `1h30m`, `epoch 412`, `50%`, `75` (seconds).
 */
export function parseGoTo(text: string, context: GoToContext): number | null {
  const typed = text.trim().toLowerCase().replace('−', '-');
  const { durationSeconds } = context;

  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(typed);
  if (percent) return (Math.min(100, Number(percent[1])) / 100) * durationSeconds;

  const epoch = /^(?:epoch|ep|e)\s*(\d+)$/.exec(typed);
  if (epoch) return Math.max(0, Number(epoch[1]) - 1) * 30;

  const clock = /^([+-]?)(\d{1,3}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?$/.exec(typed);
  if (clock) {
    const minutes = Number(clock[3]);
    const second = Number(clock[4] ?? 0);
    if (minutes > 59 || second >= 60) return null;
    const seconds = Number(clock[2]) * 3600 + minutes * 60 + second;
    if (clock[1]) return context.now + (clock[1] === '-' ? -seconds : seconds);
    if (context.clock === 'elapsed' || context.startSecondOfDay === null) return seconds;
    return nextOccurrence(seconds, context.startSecondOfDay, context);
  }

  const lengthOfTime = /^([+-]?)\s*((?:\d+(?:\.\d+)?\s*(?:h|min|m|s)?\s*)+)$/.exec(typed);
  if (lengthOfTime) {
    const seconds = parseLength(lengthOfTime[2]!);
    if (seconds === null) return null;
    return lengthOfTime[1] === '' ? seconds : context.now + (lengthOfTime[1] === '-' ? -seconds : seconds);
  }
  return null;
}

/** The occurrence of a time of day that lies in the recording, on its first day where there are several. */
function nextOccurrence(secondOfDay: number, startSecondOfDay: number, context: GoToContext): number {
  const first = (((secondOfDay - startSecondOfDay) % 86_400) + 86_400) % 86_400;
  const sameDay = Math.floor(context.now / 86_400) * 86_400 + first;
  return sameDay <= context.durationSeconds ? sameDay : first;
}

function parseLength(text: string): number | null {
  let seconds = 0;
  let parts = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(h|min|m|s)?/g)) {
    if (unit === undefined && parts > 0) return null;
    seconds += Number(digits) * (unit === 'h' ? 3600 : unit === 'm' || unit === 'min' ? 60 : 1);
    parts++;
  }
  return parts > 0 ? seconds : null;
}
