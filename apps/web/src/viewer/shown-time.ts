import { formatClock } from '../text/format.ts';

/** How moments of a page are written: local clock of the header, or time since the start. */
export interface ShownClock {
  readonly kind: 'local' | 'elapsed';
  /** Second of the day at 0; null makes every moment elapsed. */
  readonly startSecondOfDay: number | null;
}

/** A moment as people read it; days after the first are marked `+1d`. */
export function shownTime(seconds: number, clock: ShownClock, decimals = 0): string {
  if (clock.kind === 'elapsed' || clock.startSecondOfDay === null) return formatClock(seconds, decimals);
  const unit = 10 ** decimals;
  const total = Math.round((clock.startSecondOfDay + seconds) * unit) / unit;
  const day = Math.floor(total / 86_400);
  return `${formatClock(total - day * 86_400, decimals)}${day > 0 ? ` +${day}d` : ''}`;
}

/** Both ends of a page; the day is told once where both lie in the same one. */
export function shownSpan(span: { start: number; end: number }, clock: ShownClock, decimals = 0): string {
  const [start, end] = [shownTime(span.start, clock, decimals), shownTime(span.end, clock, decimals)];
  const day = / \+\d+d$/.exec(end)?.[0];
  return `${day && start.endsWith(day) ? start.slice(0, -day.length) : start} – ${end}`;
}

/** A moment below an axis with a tick every `step` seconds: no day, and seconds only where ticks differ in them. */
export function tickLabel(seconds: number, step: number, clock: ShownClock): string {
  const text = shownTime(seconds, clock, step < 1 ? 1 : 0).replace(/ \+\d+d$/, '');
  return step % 60 === 0 ? text.replace(/:\d\d$/, '') : text;
}

/** Decimals worth printing on a page of this length. */
export function decimalsFor(pageSeconds: number): number {
  if (pageSeconds < 0.5) return 3;
  return pageSeconds < 5 ? 1 : 0;
}
