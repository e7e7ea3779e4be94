import { shortVisibleText } from '../text/visible-text.ts';
import { isStageText } from './annotation-index.ts';
import type { ShownAnnotation } from './annotation-index.ts';
import type { Frame } from './draw-frame.ts';
import { fitted, xOf } from './draw-frame.ts';
import { placeTexts } from './layout.ts';

/** With more annotations on a page than this, texts would only cover each other: ticks are drawn. */
const maxTexts = 250;
const laneCount = 2;
const laneLine = 15;

/** Lines, bands and texts of annotations; bands go below the traces, texts above them. */
export function drawAnnotationBands(
  context: CanvasRenderingContext2D,
  frame: Frame,
  annotations: readonly ShownAnnotation[],
  marked: ShownAnnotation | null,
): void {
  const { plot } = frame.layout;
  const pageSeconds = frame.window.end - frame.window.start;
  for (const annotation of annotations) {
    const isMarked = annotation === marked;
    const left = xOf(frame, annotation.onset);
    const duration = annotation.duration ?? 0;
    const right = xOf(frame, annotation.onset + duration);
    const from = Math.max(plot.x, left);
    const to = Math.min(plot.x + plot.width, right);
    // A stage that fills the page is told by its text; tinting everything would say nothing.
    const isWholePage = duration >= pageSeconds * 0.9 || isStageText(annotation.text);
    if (to - from >= 1 && !isWholePage) {
      context.fillStyle = isMarked ? frame.theme.mark : frame.theme.band;
      context.fillRect(from, plot.y, to - from, plot.height);
    }
    if (left >= plot.x && left <= plot.x + plot.width) {
      context.fillStyle = frame.theme.accent;
      context.globalAlpha = isMarked ? 1 : annotations.length > 40 ? 0.15 : 0.45;
      context.fillRect(Math.round(left), plot.y, isMarked ? 2 : 1, plot.height);
      context.globalAlpha = 1;
    }
  }
}

/** The lane above the traces: what each annotation says, where there is room for it. */
export function drawAnnotationTexts(
  context: CanvasRenderingContext2D,
  frame: Frame,
  annotations: readonly ShownAnnotation[],
  marked: ShownAnnotation | null,
): void {
  const { layout, theme } = frame;
  const { plot } = layout;
  context.fillStyle = theme.paper;
  context.fillRect(plot.x, 0, plot.width, layout.laneHeight);
  context.font = `11px ${theme.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.save();
  context.beginPath();
  context.rect(plot.x, 0, plot.width + 1, layout.laneHeight);
  context.clip();
  if (annotations.length > maxTexts) {
    context.fillStyle = theme.accent;
    for (const { onset } of annotations)
      context.fillRect(Math.round(xOf(frame, onset)), layout.laneHeight - 8, 1, 7);
    context.fillStyle = theme.faint;
    context.fillText(`${annotations.length} annotations on this page`, plot.x + 6, 12);
    context.restore();
    return;
  }
  const texts = annotations.map((annotation) => {
    const text = fitted(context, shortVisibleText(annotation.text, 60) || '(empty)', 260);
    return {
      annotation,
      text,
      x: Math.max(plot.x, xOf(frame, annotation.onset)),
      width: context.measureText(text).width + 12,
    };
  });
  const lanes = placeTexts(texts, laneCount);
  // The marked one comes last, over whatever is in its place: it is what was asked for.
  const order = texts
    .map((_, at) => at)
    .sort((a, b) => Number(texts[a]!.annotation === marked) - Number(texts[b]!.annotation === marked));
  for (const at of order) {
    const { annotation, text, x, width } = texts[at]!;
    const lane = annotation === marked ? Math.max(0, lanes[at]!) : lanes[at]!;
    if (lane < 0) continue;
    const y = 2 + lane * laneLine;
    const isMarked = annotation === marked;
    context.fillStyle = isMarked ? theme.accent : theme.band;
    context.fillRect(x, y, width - 2, laneLine - 2);
    context.fillStyle = isMarked ? theme.paper : theme.ink;
    context.fillText(text, x + 4, y + laneLine / 2 - 0.5);
  }
  context.restore();
}
