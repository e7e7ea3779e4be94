import { useEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { formatCount, formatDuration } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';
import { filterAnnotations } from '../viewer/annotation-index.ts';
import type { AnnotationIndex, ShownAnnotation } from '../viewer/annotation-index.ts';
import { commandOf } from '../viewer/keys.ts';
import { shownTime } from '../viewer/shown-time.ts';
import { startSecondOfDay } from '../viewer/viewed-recording.ts';

const rowHeight = 34;
const spareRows = 8;

/** All annotations in order; only the rows in sight are in the page, so that twenty thousand stay smooth. */
export function AnnotationsTab(props: {
  annotations: AnnotationIndex | null;
  isWaiting: boolean;
  startDateTime: string | null;
  filter: string;
  onFilter: (filter: string) => void;
  marked: ShownAnnotation | null;
  onMark: (annotation: ShownAnnotation) => void;
  onOpen: (annotation: ShownAnnotation) => void;
}) {
  const { annotations, filter, marked, onMark, onOpen } = props;
  const shown = useMemo(
    () => (annotations ? filterAnnotations(annotations.all, filter) : []),
    [annotations, filter],
  );
  const list = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 600 });
  const markedAt = marked ? shown.indexOf(marked) : -1;
  const rows = useRowFocus(list, shown.length, Math.max(0, markedAt));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = commandOf(event as never);
      if (command !== 'next-annotation' && command !== 'previous-annotation') return;
      if (document.querySelector('dialog[open]')) return;
      const next = shown[markedAt + (command === 'next-annotation' ? 1 : -1)];
      if (next) onMark(next);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [shown, markedAt, onMark]);

  useEffect(() => {
    const element = list.current;
    if (!element || markedAt < 0) return;
    const top = markedAt * rowHeight;
    if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top - element.clientHeight / 2;
    }
  }, [markedAt]);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setScroll({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [annotations]);

  if (!annotations) {
    return (
      <p className="faint">
        {props.isWaiting ? 'Annotations appear when the analysis is done.' : 'Reading the annotations…'}
      </p>
    );
  }
  if (annotations.all.length === 0) return <p className="empty">This recording has no annotations.</p>;

  const clock = { kind: 'local' as const, startSecondOfDay: startSecondOfDay(props.startDateTime) };
  const first = Math.max(0, Math.floor(scroll.top / rowHeight) - spareRows);
  const end = Math.min(shown.length, Math.ceil((scroll.top + scroll.height) / rowHeight) + spareRows);
  return (
    <div className="annotations">
      <div className="annotations-tools">
        <input
          type="search"
          placeholder="Filter, for example: arousal"
          aria-label="Filter annotations"
          value={filter}
          onChange={(event) => props.onFilter(event.target.value)}
        />
        <span className="faint" role="status">
          {filter === ''
            ? formatCount(shown.length)
            : `${formatCount(shown.length)} of ${formatCount(annotations.all.length)}`}
        </span>
        <span className="faint hint">
          <kbd>[</kbd> <kbd>]</kbd> previous, next
        </span>
      </div>
      <div className="annotation-head" aria-hidden="true">
        <span>Time</span>
        <span>Duration</span>
        <span>Text</span>
      </div>
      <div
        className="annotation-list"
        ref={list}
        onScroll={(event) =>
          setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
        }
      >
        <ul
          style={{ height: shown.length * rowHeight }}
          aria-label="Annotations"
          onKeyDown={rows.onKeyDown}
          onFocus={rows.onFocus}
        >
          {shown.slice(first, end).map((annotation, at) => (
            <li
              key={first + at}
              style={{ top: (first + at) * rowHeight, height: rowHeight }}
              aria-setsize={shown.length}
              aria-posinset={first + at + 1}
            >
              <button
                type="button"
                data-testid="annotation-row"
                data-at={first + at}
                tabIndex={first + at === tabStopWithin(rows.at, first, end) ? 0 : -1}
                aria-current={annotation === marked || undefined}
                onClick={() => onOpen(annotation)}
              >
                <span title={`${annotation.onset} s from the start`}>
                  {shownTime(annotation.onset, clock, 1)}
                </span>
                <span>{annotation.duration === null ? '' : formatDuration(annotation.duration)}</span>
                <span className="annotation-text">{visibleText(annotation.text) || '(empty)'}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The list is one stop of the Tab key, however long it is; arrow keys move through its rows. */
function useRowFocus(list: RefObject<HTMLDivElement | null>, count: number, initial: number) {
  const [focused, setFocused] = useState<number | null>(null);
  const isMoving = useRef(false);
  const at = Math.min(focused ?? initial, Math.max(0, count - 1));

  useEffect(() => {
    const element = list.current;
    if (!element || !isMoving.current) return;
    const top = at * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
    // A row that was out of sight is in the page only after the list has scrolled.
    const row = element.querySelector<HTMLElement>(`[data-at="${at}"]`);
    if (!row) return;
    isMoving.current = false;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  });

  const onKeyDown = (event: React.KeyboardEvent) => {
    const page = Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / rowHeight) - 1);
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    isMoving.current = true;
    setFocused(Math.min(count - 1, Math.max(0, next)));
  };
  const onFocus = (event: React.FocusEvent) => {
    const row = (event.target as HTMLElement).dataset['at'];
    if (row !== undefined) setFocused(Number(row));
  };
  return { at, onKeyDown, onFocus };
}

/** The row that Tab reaches: the focused one, or the first in the page when that one is scrolled away. */
function tabStopWithin(at: number, first: number, end: number): number {
  return at >= first && at < end ? at : first;
}
