import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { AnnotationIndex, filterAnnotations } from '../viewer/annotation-index.ts';
import type { ShownAnnotation } from '../viewer/annotation-index.ts';
import { commandOf } from '../viewer/keys.ts';
import type { ViewerCommand } from '../viewer/keys.ts';
import { NightStrip } from '../viewer/night-strip.ts';
import { stripHeight } from '../viewer/overview-strip.ts';
import { createPageCache } from '../viewer/page-source.ts';
import { TraceViewer } from '../viewer/trace-viewer.ts';
import type { Readout, ViewReport } from '../viewer/trace-viewer.ts';
import type { ViewedRecording } from '../viewer/viewed-recording.ts';
import { viewAfter } from '../viewer/view-commands.ts';
import { centredOn, shownSeconds } from '../viewer/view-state.ts';
import type { ViewDefaults, ViewState } from '../viewer/view-state.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { SignalList } from './signal-list.tsx';
import { StatusLine } from './status-line.tsx';
import { TracesToolbar } from './traces-toolbar.tsx';
import { useCanvasSize } from './use-canvas-size.ts';
import { useViewState } from './use-view-state.ts';

/** The traces of a recording: tools, the whole night as a strip, the page, and what it is. */
export function TracesTab(props: {
  recording: ViewedRecording;
  defaults: ViewDefaults;
  annotationFilter: string;
  marked: ShownAnnotation | null;
  onMark: (annotation: ShownAnnotation | null) => void;
  /** Somebody came here from an annotation or a finding, whose button is gone: the page of traces has the focus. */
  hasFocus: boolean;
}) {
  const { recording, defaults, annotationFilter, marked, onMark } = props;
  const [view, change] = useViewState(defaults);
  const [report, setReport] = useState<ViewReport | null>(null);
  const [readout, setReadout] = useState<Readout | null>(null);
  const [isListOpen, setIsListOpen] = useState(() => window.innerWidth > 900);
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useRef<HTMLCanvasElement>(null);
  const viewer = useRef<TraceViewer | null>(null);
  const night = useRef<NightStrip | null>(null);
  const goTo = useRef<HTMLInputElement>(null);
  const keys = useRef<HTMLDialogElement>(null);
  const initial = useRef({ recording, view, hasFocus: props.hasFocus });
  const latestChange = useRef(change);
  const duration = recording.durationSeconds;
  const hasHypnogram = recording.hypnogram !== null;

  const reachable = useMemo(() => {
    if (!recording.annotations || annotationFilter === '') return recording.annotations;
    return new AnnotationIndex(filterAnnotations(recording.annotations.all, annotationFilter));
  }, [recording.annotations, annotationFilter]);

  useEffect(() => {
    const cache = createPageCache();
    const { hasFocus, ...first } = initial.current;
    const of = { ...first, cache };
    if (hasFocus) canvas.current!.focus({ preventScroll: true });
    viewer.current = new TraceViewer({ ...of, canvas: canvas.current!, onReport: setReport });
    night.current = new NightStrip({
      ...of,
      canvas: strip.current!,
      onMove: (start, isFirst) =>
        latestChange.current((before) => ({ ...before, start }), isFirst ? 'jump' : 'step'),
    });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => {
      viewer.current?.redraw();
      night.current?.redraw();
    };
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
      viewer.current?.close();
      night.current?.close();
    };
  }, []);

  useEffect(() => {
    latestChange.current = change;
  }, [change]);

  useEffect(() => {
    viewer.current?.setRecording(recording);
    night.current?.setRecording(recording);
  }, [recording]);

  useEffect(() => {
    viewer.current?.setView(view, marked);
    night.current?.setView(view);
  }, [view, marked]);

  useCanvasSize(
    canvas,
    useCallback((width, height) => viewer.current?.resize(width, height), []),
  );
  useCanvasSize(
    strip,
    useCallback((width, height) => night.current?.resize(width, height), []),
  );

  const run = useCallback(
    (command: ViewerCommand) => {
      if (command === 'help') keys.current?.showModal();
      else if (command === 'go-to') goTo.current?.focus();
      else if (command === 'next-annotation' || command === 'previous-annotation') {
        const page = shownSeconds(view, duration);
        const from = marked && isOnPage(marked, view, page) ? marked.onset : view.start + page / 2;
        const next = reachable?.neighbour(from, command === 'next-annotation' ? 1 : -1) ?? null;
        if (!next) return;
        onMark(next);
        change((before) => centredOn(before, next.onset, duration), 'jump');
      } else
        change(
          (before) => viewAfter(before, command, duration),
          command === 'start' || command === 'end' ? 'jump' : 'step',
        );
    },
    [view, duration, marked, reachable, onMark, change],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      const command = commandOf(event as never);
      if (!command) return;
      event.preventDefault();
      run(command);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [run]);

  const pointAt = (event: React.PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setReadout(viewer.current?.readAt(event.clientX - box.left, event.clientY - box.top) ?? null);
  };

  return (
    <div className="traces">
      <TracesToolbar
        recording={recording}
        view={view}
        change={change}
        run={run}
        goTo={goTo}
        onLeaveGoTo={() => canvas.current?.focus({ preventScroll: true })}
        isListOpen={isListOpen}
        onToggleList={() => setIsListOpen(!isListOpen)}
      />
      <div className="traces-body">
        {isListOpen && <SignalList recording={recording} view={view} change={change} />}
        <div className="traces-canvases">
          <canvas
            ref={strip}
            className="night-strip"
            style={{ height: stripHeight(hasHypnogram) }}
            data-testid="night-strip"
            role="img"
            aria-label="The whole recording; click to go to a moment, drag the box to move the page"
          />
          <canvas
            ref={canvas}
            className="traces-canvas"
            tabIndex={0}
            data-testid="traces-canvas"
            data-state={report?.state ?? 'loading'}
            role="img"
            aria-label="Traces. Press question mark for a list of keys."
            aria-describedby="view-summary"
            onPointerMove={pointAt}
            onPointerLeave={() => setReadout(null)}
          />
        </div>
      </div>
      <StatusLine
        recording={recording}
        view={view}
        report={report}
        readout={readout}
        onRetry={() => viewer.current?.redraw()}
      />
      <KeysDialog dialog={keys} />
    </div>
  );
}

function isOnPage({ onset }: ShownAnnotation, view: ViewState, page: number): boolean {
  return onset >= view.start - 1e-6 && onset <= view.start + page + 1e-6;
}
