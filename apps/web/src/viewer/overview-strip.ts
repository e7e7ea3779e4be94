import type { Hypnogram } from '@edf-pipeline/analysis';
import type { ShownAnnotation } from './annotation-index.ts';
import { addSegment, createColumns, extentOf } from './columns.ts';
import { shortVisibleText } from '../text/visible-text.ts';
import { fitted, hatch } from './draw-frame.ts';
import { ticksIn, tickStep } from './layout.ts';
import type { PageData } from './series.ts';
import type { ShownClock } from './shown-time.ts';
import { tickLabel } from './shown-time.ts';
import type { Theme } from './theme.ts';
import type { ShownRun, Span } from './timeline.ts';
import { gapsBetween } from './timeline.ts';
import type { ShownSignal } from './viewed-recording.ts';

/** The strip of the whole recording, from top to bottom: stages, one trace, annotation ticks, hours. */
export interface StripPicture {
  readonly width: number;
  readonly height: number;
  readonly gutter: number;
  readonly durationSeconds: number;
  readonly window: Span;
  readonly runs: readonly ShownRun[];
  readonly annotations: readonly ShownAnnotation[];
  readonly hypnogram: Hypnogram | null;
  readonly envelope: { readonly page: PageData; readonly signal: ShownSignal } | null;
  /** Why there is no trace in it, where there is none. */
  readonly note: string | null;
  readonly clock: ShownClock;
  readonly theme: Theme;
}

const stageRows = ['W', 'R', 'N1', 'N2', 'N3'];
const axisHeight = 18;
const tickHeight = 7;

/** Height of the strip, CSS pixels. */
export function stripHeight(hasHypnogram: boolean): number {
  return hasHypnogram ? 106 : 66;
}

/** Moment below a pixel of the strip. */
export function stripTime(
  x: number,
  picture: Pick<StripPicture, 'width' | 'gutter' | 'durationSeconds'>,
): number {
  const share = (x - picture.gutter) / Math.max(1, picture.width - picture.gutter);
  return Math.min(1, Math.max(0, share)) * picture.durationSeconds;
}

export function drawStrip(context: CanvasRenderingContext2D, picture: StripPicture): void {
  const { width, height, gutter, theme, durationSeconds } = picture;
  const xOf = (seconds: number) => gutter + (seconds / Math.max(durationSeconds, 1e-9)) * (width - gutter);
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, width, height);
  const bottom = height - axisHeight;
  const stageHeight = picture.hypnogram ? 46 : 0;
  const envelope = { y: stageHeight + 2, height: bottom - tickHeight - stageHeight - 2 };

  for (const gap of gapsBetween(picture.runs)) {
    const box = {
      x: xOf(gap.start),
      y: 0,
      width: Math.max(1, xOf(gap.end) - xOf(gap.start)),
      height: bottom,
    };
    context.fillStyle = theme.outside;
    context.fillRect(box.x, box.y, box.width, box.height);
    hatch(context, box, theme.hatch);
  }
  if (picture.hypnogram) drawStages(context, picture, picture.hypnogram, xOf, stageHeight);
  drawEnvelope(context, picture, envelope);
  drawTicks(context, picture, xOf, bottom);
  drawHours(context, picture, xOf, bottom);
  drawViewBox(context, picture, xOf, bottom);
}

function drawStages(
  context: CanvasRenderingContext2D,
  { theme, gutter }: StripPicture,
  { stages }: Hypnogram,
  xOf: (seconds: number) => number,
  height: number,
): void {
  const rowHeight = height / stageRows.length;
  context.font = `9px ${theme.font}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  stageRows.forEach((stage, row) => {
    context.fillStyle = theme.faint;
    context.fillText(stage, gutter - 8, (row + 0.5) * rowHeight + 0.5);
    context.fillStyle = theme.gridFine;
    context.fillRect(gutter, Math.round((row + 0.5) * rowHeight), context.canvas.width, 1);
  });
  let before: { end: number; y: number } | null = null;
  for (const { onsetNs, durationNs, stage } of stages) {
    const start = Number(onsetNs) / 1e9;
    const end = start + Number(durationNs) / 1e9;
    const row = stageRows.indexOf(stage);
    if (row < 0) {
      before = null;
      continue;
    }
    const y = Math.round((row + 0.5) * rowHeight);
    if (before && Math.abs(before.end - start) < 0.5 && before.y !== y) {
      context.fillStyle = theme.faint;
      context.fillRect(Math.round(xOf(start)), Math.min(y, before.y), 1, Math.abs(y - before.y));
    }
    context.fillStyle = theme.stages[stage] ?? theme.ink;
    context.fillRect(xOf(start), y - 1.5, Math.max(1, xOf(end) - xOf(start) + 0.5), 4);
    before = { end, y };
  }
}

function drawEnvelope(
  context: CanvasRenderingContext2D,
  picture: StripPicture,
  box: { y: number; height: number },
): void {
  const { envelope, gutter, width, theme, note } = picture;
  if (!envelope) {
    context.font = `11px ${theme.font}`;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillStyle = theme.faint;
    if (note !== null) context.fillText(note, gutter + 14, box.y + box.height / 2);
    return;
  }
  const columns = createColumns(Math.max(1, Math.round(width - gutter)));
  for (const segment of envelope.page.series.get(envelope.signal.index) ?? []) {
    addSegment(columns, segment, 0, columns.low.length / Math.max(picture.durationSeconds, 1e-9));
  }
  const extent = robustExtent(columns.low, columns.high) ?? extentOf(columns);
  if (!extent) return;
  const scale = box.height / Math.max(extent.high - extent.low, 1e-9);
  const sign = envelope.signal.gain < 0 ? -1 : 1;
  const middle = (extent.low + extent.high) / 2;
  const yOf = (value: number) =>
    Math.min(box.y + box.height, Math.max(box.y, box.y + box.height / 2 - sign * (value - middle) * scale));
  context.fillStyle = theme.faint;
  context.font = `10.5px ${theme.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(
    fitted(context, shortVisibleText(envelope.signal.label, 30), gutter - 14),
    8,
    box.y + box.height / 2,
  );
  context.fillStyle = theme.traces[envelope.signal.kind];
  context.globalAlpha = 0.5;
  for (let x = 0; x < columns.low.length; x++) {
    if (!(columns.low[x]! <= columns.high[x]!)) continue;
    const [top, bottom] = [yOf(columns.high[x]!), yOf(columns.low[x]!)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    context.fillRect(gutter + x, top, 1, Math.max(1, bottom - top));
  }
  context.globalAlpha = 1;
}

/** Extent without the outermost two per cent of the columns, so that one artefact does not flatten the night. */
function robustExtent(low: Float32Array, high: Float32Array): { low: number; high: number } | null {
  const lows = [...low].filter((value) => value === value).sort((a, b) => a - b);
  const highs = [...high].filter((value) => value === value).sort((a, b) => a - b);
  if (lows.length < 50) return null;
  return { low: lows[Math.floor(lows.length * 0.02)]!, high: highs[Math.ceil(highs.length * 0.98) - 1]! };
}

function drawTicks(
  context: CanvasRenderingContext2D,
  { annotations, theme }: StripPicture,
  xOf: (seconds: number) => number,
  bottom: number,
): void {
  context.fillStyle = theme.accent;
  let last = Number.NEGATIVE_INFINITY;
  for (const { onset } of annotations) {
    const x = Math.round(xOf(onset));
    if (x === last) continue;
    context.fillRect(x, bottom - tickHeight + 1, 1, tickHeight - 2);
    last = x;
  }
}

function drawHours(
  context: CanvasRenderingContext2D,
  { width, gutter, durationSeconds, clock, theme }: StripPicture,
  xOf: (seconds: number) => number,
  bottom: number,
): void {
  context.fillStyle = theme.gridCoarse;
  context.fillRect(gutter, bottom, width - gutter, 1);
  context.font = `10.5px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const step = tickStep(durationSeconds, width - gutter, 64);
  const phase = clock.kind === 'local' ? (clock.startSecondOfDay ?? 0) : 0;
  for (const tick of ticksIn({ start: 0, end: durationSeconds }, step, phase)) {
    const x = xOf(tick);
    context.fillStyle = theme.gridCoarse;
    context.fillRect(Math.round(x), bottom, 1, 4);
    if (x < gutter + 18 || x > width - 20) continue;
    context.fillStyle = theme.faint;
    context.fillText(tickLabel(tick, step, clock), x, bottom + axisHeight / 2 + 2);
  }
}

function drawViewBox(
  context: CanvasRenderingContext2D,
  { window, gutter, width, durationSeconds, theme }: StripPicture,
  xOf: (seconds: number) => number,
  bottom: number,
): void {
  const left = Math.max(gutter, xOf(window.start));
  const right = Math.min(width, xOf(Math.min(window.end, durationSeconds)));
  const boxWidth = Math.max(7, right - left);
  context.globalAlpha = 0.16;
  context.fillStyle = theme.accent;
  context.fillRect(left, 0, boxWidth, bottom);
  context.globalAlpha = 1;
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.5;
  context.strokeRect(left + 0.75, 0.75, boxWidth - 1.5, bottom - 1.5);
}
