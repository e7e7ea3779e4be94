import { isStageText } from './annotation-index.ts';
import type { ShownAnnotation } from './annotation-index.ts';
import { drawAnnotationBands, drawAnnotationTexts } from './draw-annotations.ts';
import type { Frame } from './draw-frame.ts';
import { drawBackground, drawForeground } from './draw-frame.ts';
import type { DrawnSignal } from './draw-traces.ts';
import { TracePainter } from './draw-traces.ts';
import { layoutPage, rowAt } from './layout.ts';
import type { PageLayout } from './layout.ts';
import type { LruCache } from './lru-cache.ts';
import { PageSource } from './page-source.ts';
import type { PagePlan } from './page-source.ts';
import { asRecorded } from './series.ts';
import type { Derive, PageData } from './series.ts';
import type { ShownClock } from './shown-time.ts';
import { themeOf } from './theme.ts';
import type { Span } from './timeline.ts';
import type { ShownSignal, ViewedRecording } from './viewed-recording.ts';
import { startSecondOfDay } from './viewed-recording.ts';
import { clampStart, shownSeconds } from './view-state.ts';
import type { ViewState } from './view-state.ts';

/** What is on the screen, told after each drawing. */
export interface ViewReport {
  readonly window: Span;
  /** `loading` keeps the frame; `unavailable`: too long a page before the overview is made. */
  readonly state: 'raw' | 'overview' | 'loading' | 'unavailable' | 'failed';
  readonly error: unknown;
  /** Seconds a bin of the overview; 0 for raw samples. */
  readonly binSeconds: number;
  readonly shownSignals: number;
  readonly annotations: readonly ShownAnnotation[];
}

/** What lies below the pointer. */
export interface Readout {
  readonly time: number;
  readonly signal: ShownSignal | null;
  /** Physical value, or the two ends of a column that holds more than one. */
  readonly low: number;
  readonly high: number;
}

const loadingMark = 'reading…';

/** Draws the page that a view asks for onto one canvas, and reads what it needs. Knows nothing of React. */
export class TraceViewer {
  readonly #canvas: HTMLCanvasElement;
  readonly #cache: LruCache<Uint8Array>;
  readonly #onReport: (report: ViewReport) => void;
  readonly #derive: Derive;
  readonly #painter = new TracePainter();
  #recording: ViewedRecording;
  #source: PageSource;
  #view: ViewState;
  #marked: ShownAnnotation | null = null;
  #size = { width: 0, height: 0 };
  #frameRequest = 0;
  #turn = 0;
  #drawn: { layout: PageLayout; signals: readonly DrawnSignal[]; window: Span } | null = null;

  constructor(of: {
    canvas: HTMLCanvasElement;
    recording: ViewedRecording;
    view: ViewState;
    cache: LruCache<Uint8Array>;
    onReport: (report: ViewReport) => void;
    derive?: Derive;
  }) {
    this.#canvas = of.canvas;
    this.#recording = of.recording;
    this.#view = of.view;
    this.#cache = of.cache;
    this.#onReport = of.onReport;
    this.#derive = of.derive ?? asRecorded;
    this.#source = new PageSource(of.recording, of.cache);
  }

  setRecording(recording: ViewedRecording): void {
    if (recording === this.#recording) return;
    if (recording.edf !== this.#recording.edf || recording.overview !== this.#recording.overview) {
      this.#source.close();
      this.#source = new PageSource(recording, this.#cache);
    }
    this.#recording = recording;
    this.redraw();
  }

  setView(view: ViewState, marked: ShownAnnotation | null): void {
    this.#view = view;
    this.#marked = marked;
    this.redraw();
  }

  /** CSS pixels. */
  resize(width: number, height: number): void {
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.redraw();
  }

  /** Draws with the next animation frame; many calls are one drawing. */
  redraw(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      void this.#show();
    });
  }

  close(): void {
    cancelAnimationFrame(this.#frameRequest);
    this.#turn++;
    this.#source.close();
  }

  /** What lies at a place of the canvas, CSS pixels; null outside of the traces. */
  readAt(x: number, y: number): Readout | null {
    if (!this.#drawn) return null;
    const { layout, signals, window } = this.#drawn;
    const { plot } = layout;
    if (x < plot.x || x >= plot.x + plot.width || y < plot.y || y >= plot.y + plot.height) return null;
    const time = window.start + ((x - plot.x) / plot.width) * (window.end - window.start);
    const row = rowAt(layout, y);
    const drawn = signals.find(({ signal }) => signal.index === row?.signal);
    if (!drawn) return { time, signal: null, low: Number.NaN, high: Number.NaN };
    const { low, high } = drawn.columns;
    const column = Math.min(low.length - 1, Math.floor(((x - plot.x) / plot.width) * low.length));
    const ends = [low[column]!, high[column]!].map(
      (digital) => drawn.signal.gain * (digital + drawn.signal.offset),
    );
    return { time, signal: drawn.signal, low: Math.min(...ends), high: Math.max(...ends) };
  }

  /** Moment below a pixel of the canvas, whether or not anything is drawn there. */
  timeAt(x: number): number | null {
    if (!this.#drawn) return null;
    const { layout, window } = this.#drawn;
    return window.start + ((x - layout.plot.x) / layout.plot.width) * (window.end - window.start);
  }

  get #signals(): ShownSignal[] {
    return this.#recording.signals.filter(({ index }) => !this.#view.hidden.has(index));
  }

  async #show(): Promise<void> {
    const turn = ++this.#turn;
    const { width, height } = this.#size;
    if (width < 1 || height < 1) return;
    const pixelRatio = globalThis.devicePixelRatio || 1;
    const signals = this.#signals;
    const layout = layoutPage(
      width,
      height,
      signals.map(({ index }) => index),
    );
    const window = this.#windowAt(this.#view.start);
    const plan = this.#source.plan(window, layout.plot.width * pixelRatio);
    const indices = signals.map(({ index }) => index);
    const ready = this.#source.now(plan, indices);
    if (plan.kind === 'unavailable') {
      this.#paint(
        layout,
        window,
        null,
        'The overview is still being made. Pages up to 5 minutes can be read already.',
      );
      this.#tell(window, 'unavailable', plan);
      return;
    }
    if (ready) {
      this.#paint(layout, window, ready, null);
      this.#tell(window, plan.kind, plan);
    } else {
      // A page that comes at once is not announced: the one before stays until then.
      setTimeout(() => {
        if (turn !== this.#turn) return;
        this.#paint(layout, window, null, loadingMark);
        this.#tell(window, 'loading', plan);
      }, 120);
    }
    try {
      await this.#source.load(plan, this.#plansAhead(layout.plot.width * pixelRatio));
      if (turn !== this.#turn || ready) return;
      const page = this.#source.now(plan, indices);
      if (!page) return;
      this.#turn++;
      this.#paint(layout, window, page, null);
      this.#tell(window, plan.kind, plan);
    } catch (error) {
      if (turn !== this.#turn || (error as Error).name === 'AbortError') return;
      this.#turn++;
      this.#paint(layout, window, null, 'This page could not be read.');
      this.#tell(window, 'failed', plan, error);
    }
  }

  /** On long pages the stages are left to the hypnogram of the strip: a tick every 30 s would hide all else. */
  #shownAnnotations(window: Span): ShownAnnotation[] {
    const all = this.#recording.annotations?.within(window) ?? [];
    if (!this.#recording.hypnogram || window.end - window.start <= 600) return all;
    return all.filter(({ text }) => !isStageText(text));
  }

  #windowAt(start: number): Span {
    const { durationSeconds } = this.#recording;
    const seconds = shownSeconds(this.#view, durationSeconds);
    const from = clampStart(start, seconds, durationSeconds);
    return { start: from, end: from + seconds };
  }

  #plansAhead(width: number): PagePlan[] {
    const seconds = shownSeconds(this.#view, this.#recording.durationSeconds);
    const here = this.#windowAt(this.#view.start);
    return [this.#windowAt(here.start + seconds), this.#windowAt(here.start - seconds)]
      .filter(({ start }) => start !== here.start)
      .map((window) => this.#source.plan(window, width));
  }

  #paint(layout: PageLayout, window: Span, page: PageData | null, message: string | null): void {
    const pixelRatio = globalThis.devicePixelRatio || 1;
    const canvas = this.#canvas;
    const width = Math.round(layout.width * pixelRatio);
    const height = Math.round(layout.height * pixelRatio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    const theme = themeOf(canvas);
    const clock: ShownClock = {
      kind: this.#view.clock,
      startSecondOfDay: startSecondOfDay(this.#recording.header.startDateTime),
    };
    const frame: Frame = { layout, window, runs: this.#recording.runs, clock, theme };
    const annotations = this.#shownAnnotations(window);
    drawBackground(context, frame);
    drawAnnotationBands(context, frame, annotations, this.#marked);
    const signals = this.#signals;
    const derived = page?.kind === 'raw' ? this.#derive(page) : page;
    const drawn = this.#painter.draw(context, {
      layout,
      pixelRatio,
      window,
      page: derived ?? { kind: 'raw', series: new Map() },
      signals,
      view: this.#view,
      theme,
    });
    drawForeground(context, frame, drawn);
    drawAnnotationTexts(context, frame, annotations, this.#marked);
    const text = message ?? this.#emptiness(signals.length);
    if (text !== null) {
      context.font = `14px ${theme.font}`;
      context.textAlign = 'center';
      context.fillStyle = theme.faint;
      context.fillText(text, layout.plot.x + layout.plot.width / 2, layout.plot.y + layout.plot.height / 2);
      context.textAlign = 'left';
    }
    this.#drawn = page ? { layout, signals: drawn, window } : null;
  }

  #emptiness(shown: number): string | null {
    if (this.#recording.signals.length === 0) return 'This file holds annotations alone, no signals.';
    if (this.#recording.dataRecordCount === 0)
      return 'This file holds no complete data record: there is nothing to draw.';
    return shown === 0 ? 'No channel is shown. Choose some in the list of channels.' : null;
  }

  #tell(window: Span, state: ViewReport['state'], plan: PagePlan, error: unknown = null): void {
    this.#onReport({
      window,
      state,
      error,
      binSeconds: plan.kind === 'overview' ? plan.request.binSeconds : 0,
      shownSignals: this.#signals.length,
      annotations: this.#recording.annotations?.within(window) ?? [],
    });
  }
}
