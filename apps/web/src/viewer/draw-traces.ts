import { addSegment, createColumns } from './columns.ts';
import type { Columns } from './columns.ts';
import type { PageLayout } from './layout.ts';
import type { RowScale } from './row-scale.ts';
import { rowScale } from './row-scale.ts';
import type { PageData } from './series.ts';
import type { Theme } from './theme.ts';
import { traceColor } from './theme.ts';
import type { Span } from './timeline.ts';
import { paintColumns } from './trace-raster.ts';
import type { ShownSignal } from './viewed-recording.ts';
import type { ViewState } from './view-state.ts';

/** A drawn signal, kept to answer what lies under the pointer. */
export interface DrawnSignal {
  readonly signal: ShownSignal;
  readonly columns: Columns;
  readonly scale: RowScale;
}

/** Draws all traces of a page as one picture over what is on the canvas already. */
export class TracePainter {
  #layer: OffscreenCanvas | HTMLCanvasElement | null = null;

  draw(
    context: CanvasRenderingContext2D,
    of: {
      layout: PageLayout;
      pixelRatio: number;
      window: Span;
      page: PageData;
      signals: readonly ShownSignal[];
      view: ViewState;
      theme: Theme;
    },
  ): DrawnSignal[] {
    const { layout, pixelRatio, window, page, theme } = of;
    const width = Math.max(1, Math.round(layout.plot.width * pixelRatio));
    const height = Math.max(1, Math.round(layout.plot.height * pixelRatio));
    const layer = this.#layerOf(width, height);
    const layerContext = layer.getContext('2d') as CanvasRenderingContext2D;
    const image = layerContext.createImageData(width, height);
    const raster = { pixels: new Uint32Array(image.data.buffer), width, height };
    const pixelsPerSecond = width / (window.end - window.start);
    const lineWidth = Math.max(1, 1.1 * pixelRatio);
    // A trace may reach into its neighbours, as on paper, and not over the whole page. Envelopes stay in their rows.
    const reach = page.kind === 'overview' ? 0 : 1;
    const drawn: DrawnSignal[] = [];
    layout.rows.forEach((row, at) => {
      const signal = of.signals[at]!;
      const columns = createColumns(width);
      for (const segment of page.series.get(signal.index) ?? []) {
        addSegment(columns, segment, window.start, pixelsPerSecond);
      }
      const scale = rowScale(signal, columns, row.height, of.view);
      paintColumns(
        raster,
        columns,
        {
          middle: (row.top + row.height / 2 - layout.plot.y) * pixelRatio,
          centre: scale.centre,
          pixelsPerValue: scale.pixelsPerDigital * pixelRatio,
          top: (row.top - reach * row.height - layout.plot.y) * pixelRatio,
          bottom: (row.top + (1 + reach) * row.height - layout.plot.y) * pixelRatio,
          opacity: page.kind === 'overview' ? 0.72 : 1,
        },
        traceColor(theme, signal.kind),
        lineWidth,
      );
      drawn.push({ signal, columns, scale });
    });
    layerContext.putImageData(image, 0, 0);
    context.drawImage(
      layer as CanvasImageSource,
      layout.plot.x,
      layout.plot.y,
      width / pixelRatio,
      height / pixelRatio,
    );
    return drawn;
  }

  #layerOf(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
    this.#layer ??=
      typeof OffscreenCanvas === 'function'
        ? new OffscreenCanvas(width, height)
        : document.createElement('canvas');
    if (this.#layer.width !== width || this.#layer.height !== height) {
      this.#layer.width = width;
      this.#layer.height = height;
    }
    return this.#layer;
  }
}
