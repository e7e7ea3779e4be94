import { isStageText } from './annotation-index.ts';
import type { AnnotationIndex, ShownAnnotation } from './annotation-index.ts';
import { gutterWidth } from './layout.ts';
import type { LruCache } from './lru-cache.ts';
import { drawStrip, stripTime } from './overview-strip.ts';
import type { StripPicture } from './overview-strip.ts';
import { PageSource } from './page-source.ts';
import { themeOf } from './theme.ts';
import type { ShownSignal, ViewedRecording } from './viewed-recording.ts';
import { startSecondOfDay } from './viewed-recording.ts';
import { clampStart, shownSeconds } from './view-state.ts';
import type { ViewState } from './view-state.ts';

/** The strip of the whole recording: draws it, and turns clicks and drags on it into moments. */
export class NightStrip {
  readonly #canvas: HTMLCanvasElement;
  readonly #cache: LruCache<Uint8Array>;
  readonly #onMove: (start: number, isFirst: boolean) => void;
  readonly #listening = new AbortController();
  #recording: ViewedRecording;
  #source: PageSource;
  #view: ViewState;
  #size = { width: 0, height: 0 };
  #frameRequest = 0;
  /** Seconds between the pointer and the left edge of the view box while it is dragged. */
  #grip: number | null = null;
  #hasMoved = false;

  constructor(of: {
    canvas: HTMLCanvasElement;
    recording: ViewedRecording;
    view: ViewState;
    cache: LruCache<Uint8Array>;
    /** A new left edge; `isFirst` for the first one of a click or drag. */
    onMove: (start: number, isFirst: boolean) => void;
  }) {
    this.#canvas = of.canvas;
    this.#recording = of.recording;
    this.#view = of.view;
    this.#cache = of.cache;
    this.#onMove = of.onMove;
    this.#source = new PageSource(of.recording, of.cache);
    this.#listen();
  }

  setRecording(recording: ViewedRecording): void {
    if (recording === this.#recording) return;
    this.#source.close();
    this.#source = new PageSource(recording, this.#cache);
    this.#recording = recording;
    this.redraw();
  }

  setView(view: ViewState): void {
    this.#view = view;
    this.redraw();
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.redraw();
  }

  redraw(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#paint();
    });
  }

  close(): void {
    cancelAnimationFrame(this.#frameRequest);
    this.#listening.abort();
    this.#source.close();
  }

  #paint(): void {
    const { width, height } = this.#size;
    if (width < 1 || height < 1) return;
    const pixelRatio = globalThis.devicePixelRatio || 1;
    const canvas = this.#canvas;
    canvas.width = Math.round(width * pixelRatio);
    canvas.height = Math.round(height * pixelRatio);
    const context = canvas.getContext('2d')!;
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    const { durationSeconds, header, runs, annotations, hypnogram, overview } = this.#recording;
    const seconds = shownSeconds(this.#view, durationSeconds);
    const start = clampStart(this.#view.start, seconds, durationSeconds);
    const picture: StripPicture = {
      width,
      height,
      gutter: gutterWidth(width),
      durationSeconds,
      window: { start, end: start + seconds },
      runs,
      annotations: this.#ticks(annotations, hypnogram !== null),
      hypnogram,
      envelope: this.#envelope(width - gutterWidth(width)),
      note: overview ? null : 'The overview appears here when the analysis is done.',
      clock: { kind: this.#view.clock, startSecondOfDay: startSecondOfDay(header.startDateTime) },
      theme: themeOf(canvas),
    };
    drawStrip(context, picture);
  }

  /** Stages are drawn as a hypnogram, not as ticks. */
  #ticks(annotations: AnnotationIndex | null, hasHypnogram: boolean): readonly ShownAnnotation[] {
    const all = annotations?.all ?? [];
    return hasHypnogram ? all.filter(({ text }) => !isStageText(text)) : all;
  }

  #envelope(width: number): StripPicture['envelope'] {
    const signal = this.#envelopeSignal();
    if (!signal) return null;
    const plan = this.#source.plan({ start: 0, end: Math.max(this.#recording.durationSeconds, 1e-3) }, width);
    if (plan.kind === 'unavailable') return null;
    const page = this.#source.now(plan, [signal.index]);
    if (page) return { page, signal };
    this.#source
      .load(plan, [])
      .then(() => this.redraw())
      .catch(() => undefined);
    return null;
  }

  #envelopeSignal(): ShownSignal | null {
    const shown = this.#recording.signals.filter(({ index }) => !this.#view.hidden.has(index));
    return shown.find(({ kind }) => kind === 'eeg') ?? shown[0] ?? null;
  }

  #listen(): void {
    const { signal } = this.#listening;
    const canvas = this.#canvas;
    const timeAt = (event: PointerEvent) =>
      stripTime(event.clientX - canvas.getBoundingClientRect().left, {
        width: this.#size.width,
        gutter: gutterWidth(this.#size.width),
        durationSeconds: this.#recording.durationSeconds,
      });
    canvas.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return;
        canvas.setPointerCapture(event.pointerId);
        const time = timeAt(event);
        const seconds = shownSeconds(this.#view, this.#recording.durationSeconds);
        const isInBox = time >= this.#view.start && time <= this.#view.start + seconds;
        this.#grip = isInBox ? time - this.#view.start : seconds / 2;
        this.#hasMoved = false;
        if (!isInBox) this.#move(time);
      },
      { signal },
    );
    canvas.addEventListener('pointermove', (event) => this.#move(timeAt(event)), { signal });
    const letGo = () => {
      this.#grip = null;
    };
    canvas.addEventListener('pointerup', letGo, { signal });
    canvas.addEventListener('pointercancel', letGo, { signal });
  }

  #move(time: number): void {
    if (this.#grip === null) return;
    const isFirst = !this.#hasMoved;
    this.#hasMoved = true;
    const { durationSeconds } = this.#recording;
    this.#onMove(
      clampStart(time - this.#grip, shownSeconds(this.#view, durationSeconds), durationSeconds),
      isFirst,
    );
  }
}
