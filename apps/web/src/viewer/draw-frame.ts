import { formatDuration } from '../text/format.ts';
import { shortVisibleText } from '../text/visible-text.ts';
import type { DrawnSignal } from './draw-traces.ts';
import type { PageLayout } from './layout.ts';
import { labelStride, ticksIn, tickStep } from './layout.ts';
import type { ShownClock } from './shown-time.ts';
import { shownTime } from './shown-time.ts';
import type { Theme } from './theme.ts';
import type { ShownRun, Span } from './timeline.ts';
import { endOf, gapsBetween } from './timeline.ts';

/** What the frame around the traces is drawn from. */
export interface Frame {
  readonly layout: PageLayout;
  readonly window: Span;
  readonly runs: readonly ShownRun[];
  readonly clock: ShownClock;
  readonly theme: Theme;
}

/** Paper, time grid, zero lines, gaps and what lies outside of the recording: all that is below the traces. */
export function drawBackground(context: CanvasRenderingContext2D, frame: Frame): void {
  const { layout, window, theme } = frame;
  const { plot } = layout;
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, layout.width, layout.height);

  const seconds = window.end - window.start;
  const coarse = tickStep(seconds, plot.width, 88);
  const fine = tickStep(seconds, plot.width, 18);
  const phase = phaseOf(frame.clock);
  if (fine < coarse) drawVerticals(context, frame, ticksIn(window, fine, phase), theme.gridFine);
  drawVerticals(context, frame, ticksIn(window, coarse, phase), theme.gridCoarse);

  for (const gap of gapsBetween(frame.runs)) drawGap(context, frame, gap);
  const first = frame.runs.reduce((start, run) => Math.min(start, run.start), Number.POSITIVE_INFINITY);
  const last = endOf(frame.runs);
  fillSpan(
    context,
    frame,
    { start: window.start, end: Number.isFinite(first) ? first : window.end },
    theme.outside,
  );
  fillSpan(context, frame, { start: last, end: window.end }, theme.outside);
}

/** Labels with their scales at the left, and the time axis at the bottom: all that is above the traces. */
export function drawForeground(
  context: CanvasRenderingContext2D,
  frame: Frame,
  drawn: readonly DrawnSignal[],
): void {
  const { layout, window, theme, clock } = frame;
  const { plot, gutter } = layout;
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, gutter, layout.height);
  context.textBaseline = 'middle';
  context.textAlign = 'left';

  const rowHeight = layout.rows[0]?.height ?? 0;
  const stride = labelStride(rowHeight, 13);
  layout.rows.forEach((row, at) => {
    if (at % stride !== 0) return;
    const of = drawn[at];
    if (!of) return;
    const middle = row.top + row.height / 2;
    const hasScale = of.scale.text !== '' && rowHeight >= 28;
    context.font = `500 12px ${theme.font}`;
    context.fillStyle = theme.traces[of.signal.kind];
    context.fillText(
      fitted(context, shortVisibleText(of.signal.label, 40), gutter - 14),
      8,
      middle - (hasScale ? 7 : 0),
    );
    if (hasScale) {
      context.font = `11px ${theme.font}`;
      context.fillStyle = theme.faint;
      context.fillText(fitted(context, shortVisibleText(of.scale.text, 40), gutter - 14), 8, middle + 8);
    }
  });

  context.fillStyle = theme.paper;
  context.fillRect(plot.x, plot.y + plot.height, plot.width, layout.axisHeight);
  context.strokeStyle = theme.gridCoarse;
  context.lineWidth = 1;
  context.strokeRect(
    Math.round(plot.x) + 0.5,
    Math.round(plot.y) + 0.5,
    plot.width + 2,
    Math.round(plot.height),
  );
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.faint;
  context.textAlign = 'center';
  const seconds = window.end - window.start;
  const step = tickStep(seconds, plot.width, 88);
  const decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  for (const tick of ticksIn(window, step, phaseOf(clock))) {
    const x = xOf(frame, tick);
    const half = 34;
    if (x < plot.x + half || x > plot.x + plot.width - half) continue;
    const text = shownTime(tick, clock, decimals).replace(/ \+\d+d$/, '');
    context.fillText(
      step % 60 === 0 ? text.slice(0, -3) : text,
      x,
      plot.y + plot.height + layout.axisHeight / 2 + 1,
    );
  }
  context.textAlign = 'left';
}

/** Pixel of a moment, CSS pixels. */
export function xOf({ layout: { plot }, window }: Pick<Frame, 'layout' | 'window'>, seconds: number): number {
  return plot.x + ((seconds - window.start) / (window.end - window.start)) * plot.width;
}

/** Diagonal lines inside a rectangle. */
export function hatch(
  context: CanvasRenderingContext2D,
  box: { x: number; y: number; width: number; height: number },
  color: string,
): void {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  const first = Math.floor((box.x - box.height) / 8) * 8;
  for (let x = first; x < box.x + box.width; x += 8) {
    context.moveTo(x, box.y + box.height);
    context.lineTo(x + box.height, box.y);
  }
  context.stroke();
  context.restore();
}

/** Text cut to a width with an ellipsis. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && context.measureText(`${characters.join('')}…`).width > width)
    characters.pop();
  return `${characters.join('')}…`;
}

function phaseOf(clock: ShownClock): number {
  return clock.kind === 'local' ? (clock.startSecondOfDay ?? 0) : 0;
}

function drawVerticals(
  context: CanvasRenderingContext2D,
  frame: Frame,
  times: readonly number[],
  color: string,
): void {
  const { plot } = frame.layout;
  context.fillStyle = color;
  for (const time of times) {
    const x = Math.round(xOf(frame, time));
    if (x >= plot.x && x <= plot.x + plot.width) context.fillRect(x, plot.y, 1, plot.height);
  }
}

function drawGap(context: CanvasRenderingContext2D, frame: Frame, gap: Span): void {
  const { plot } = frame.layout;
  const box = boxOf(frame, gap);
  if (!box) return;
  context.fillStyle = frame.theme.outside;
  context.fillRect(box.x, plot.y, box.width, plot.height);
  hatch(context, box, frame.theme.hatch);
  const text = `gap ${formatDuration(gap.end - gap.start)}`;
  context.font = `500 12px ${frame.theme.font}`;
  const width = context.measureText(text).width;
  if (width + 16 > box.width) return;
  const x = box.x + box.width / 2 - width / 2;
  context.fillStyle = frame.theme.paper;
  context.fillRect(x - 8, plot.y + 10, width + 16, 20);
  context.fillStyle = frame.theme.faint;
  context.textBaseline = 'middle';
  context.fillText(text, x, plot.y + 20);
}

function fillSpan(context: CanvasRenderingContext2D, frame: Frame, span: Span, color: string): void {
  const box = boxOf(frame, span);
  if (!box) return;
  context.fillStyle = color;
  context.fillRect(box.x, box.y, box.width, box.height);
}

function boxOf(frame: Frame, span: Span): { x: number; y: number; width: number; height: number } | null {
  const { plot } = frame.layout;
  const left = Math.max(plot.x, xOf(frame, span.start));
  const right = Math.min(plot.x + plot.width, xOf(frame, span.end));
  if (!(right > left)) return null;
  return { x: left, y: plot.y, width: Math.max(1, right - left), height: plot.height };
}
