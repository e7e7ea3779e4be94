import type { Span } from './timeline.ts';

/** Row of one signal, CSS pixels from the top of the canvas. */
export interface Row {
  readonly signal: number;
  readonly top: number;
  readonly height: number;
}

/** Where everything of a page lies, CSS pixels. */
export interface PageLayout {
  readonly width: number;
  readonly height: number;
  /** Width of the strip of labels at the left. */
  readonly gutter: number;
  /** Lane of annotation texts above the traces. */
  readonly laneHeight: number;
  readonly axisHeight: number;
  readonly plot: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly rows: readonly Row[];
}

/** Divides a canvas into label gutter, annotation lane, one row a signal and the time axis. */
export function layoutPage(width: number, height: number, signals: readonly number[]): PageLayout {
  const gutter = gutterWidth(width);
  const laneHeight = 34;
  const axisHeight = 22;
  const plot = {
    x: gutter,
    y: laneHeight,
    width: Math.max(1, width - gutter),
    height: Math.max(1, height - laneHeight - axisHeight),
  };
  const rowHeight = plot.height / Math.max(1, signals.length);
  const rows = signals.map((signal, at) => ({ signal, top: plot.y + at * rowHeight, height: rowHeight }));
  return { width, height, gutter, laneHeight, axisHeight, plot, rows };
}

/** Width of the labels at the left; the strip and the page share it, so that their times lie below each other. */
export function gutterWidth(width: number): number {
  return width < 560 ? 84 : 136;
}

/** The row at a height of the canvas, or null outside of the rows. */
export function rowAt(layout: PageLayout, y: number): Row | null {
  return layout.rows.find(({ top, height }) => y >= top && y < top + height) ?? null;
}

/** Each how many rows a label is printed so that labels do not run into each other. */
export function labelStride(rowHeight: number, lineHeight: number): number {
  return Math.max(1, Math.ceil(lineHeight / Math.max(rowHeight, 0.01)));
}

const tickSteps = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800,
  14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** Shortest round step, in seconds, whose ticks are at least `minPixels` apart. */
export function tickStep(pageSeconds: number, width: number, minPixels: number): number {
  const shortest = (pageSeconds / Math.max(1, width)) * minPixels;
  return tickSteps.find((step) => step >= shortest) ?? tickSteps.at(-1)!;
}

/**
 * Multiples of `step` in a page. `phase` shifts them: with the start's second of the day, ticks lie on round clock times.
 */
export function ticksIn(window: Span, step: number, phase = 0): number[] {
  const ticks: number[] = [];
  const first = Math.ceil((window.start + phase) / step - 1e-9);
  for (let at = first; at * step - phase <= window.end + 1e-9 && ticks.length < 2000; at++)
    ticks.push(at * step - phase);
  return ticks;
}

/** Puts texts into lanes so that none covers another; -1 for those that find no place. */
export function placeTexts(texts: readonly { x: number; width: number }[], laneCount: number): number[] {
  const freeFrom: number[] = Array(laneCount).fill(Number.NEGATIVE_INFINITY);
  return texts.map(({ x, width }) => {
    const lane = freeFrom.findIndex((free) => x >= free);
    if (lane >= 0) freeFrom[lane] = x + width;
    return lane;
  });
}
