import { useEffect, useState } from 'react';
import { problemWords } from '../api/problem-words.ts';
import { formatDuration, formatValue } from '../text/format.ts';
import { shortVisibleText } from '../text/visible-text.ts';
import { pageLengthLabel } from '../viewer/page-length.ts';
import { decimalsFor, shownSpan, shownTime } from '../viewer/shown-time.ts';
import type { ShownClock } from '../viewer/shown-time.ts';
import type { Readout, ViewReport } from '../viewer/trace-viewer.ts';
import type { ViewedRecording } from '../viewer/viewed-recording.ts';
import { startSecondOfDay } from '../viewer/viewed-recording.ts';
import type { ViewState } from '../viewer/view-state.ts';

/** Always says how the page is to be read: amplitude, page length, and whether it shows samples or extremes. */
export function StatusLine(props: {
  recording: ViewedRecording;
  view: ViewState;
  report: ViewReport | null;
  readout: Readout | null;
  onRetry: () => void;
}) {
  const { recording, view, report, readout } = props;
  const clock: ShownClock = {
    kind: view.clock,
    startSecondOfDay: startSecondOfDay(recording.header.startDateTime),
  };
  const page =
    view.pageSeconds === Number.POSITIVE_INFINITY
      ? 'whole recording'
      : `${pageLengthLabel(view.pageSeconds)}/page`;
  const hidden = recording.signals.filter(({ index }) => view.hidden.has(index)).length;
  const window = report?.window ?? { start: view.start, end: view.start };
  const decimals = decimalsFor(window.end - window.start);
  return (
    <footer className="status-line" data-testid="view-status">
      <span title="Screen not calibrated: 1 mm is taken as 96/25.4 CSS pixels">
        {view.microvoltsPerMillimetre} µV/mm
      </span>
      <span>{page}</span>
      <span title={modeTitle(report)}>{modeWords(report)}</span>
      <span>{view.isCentred ? 'centred' : 'true offset'}</span>
      <span className="nowrap">{shownSpan(window, clock, decimals)}</span>
      {hidden > 0 && (
        <span>
          {hidden} of {recording.signals.length} hidden
        </span>
      )}
      {!recording.isTimelineKnown && (
        <span className="status-warning">gaps are not known before the analysis is done</span>
      )}
      {report?.state === 'failed' && (
        <span className="status-warning">
          {problemWords(report.error).title}{' '}
          <button type="button" className="button-link" onClick={props.onRetry}>
            Try again
          </button>
        </span>
      )}
      <span className="status-readout">{readout && readoutWords(readout, clock)}</span>
      <Summary recording={recording} report={report} clock={clock} />
    </footer>
  );
}

function modeWords(report: ViewReport | null): string {
  switch (report?.state) {
    case 'raw':
      return 'raw samples';
    case 'overview':
      return `min/max view, ${formatDuration(report.binSeconds)} a bin`;
    case 'unavailable':
      return 'overview not ready';
    case 'failed':
      return 'not read';
    default:
      return 'reading…';
  }
}

function modeTitle(report: ViewReport | null): string {
  return report?.state === 'overview'
    ? 'Each column shows the lowest and highest sample of its time; no filters or montages are applied'
    : 'Drawn from the samples of the file itself';
}

function readoutWords({ time, signal, low, high }: Readout, clock: ShownClock): string {
  const at = shownTime(time, clock, 2);
  if (!signal || Number.isNaN(low)) return at;
  const unit = signal.unit === '' ? '' : ` ${signal.unit}`;
  const value =
    formatValue(low) === formatValue(high) ? formatValue(low) : `${formatValue(low)} to ${formatValue(high)}`;
  return `${at} · ${shortVisibleText(signal.label, 24)} ${value}${shortVisibleText(unit, 12)}`;
}

/** The page in a sentence, for those who cannot see it; told when it has stood still for a moment. */
function Summary({
  recording,
  report,
  clock,
}: {
  recording: ViewedRecording;
  report: ViewReport | null;
  clock: ShownClock;
}) {
  const [told, setTold] = useState('');
  const text = report ? summaryOf(recording, report, clock) : '';
  useEffect(() => {
    const timer = setTimeout(() => setTold(text), 700);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="visually-hidden" id="view-summary" aria-live="polite">
      {told}
    </span>
  );
}

function summaryOf(recording: ViewedRecording, report: ViewReport, clock: ShownClock): string {
  const { start, end } = report.window;
  if (report.state === 'failed') return 'This page could not be read.';
  const texts = report.annotations.slice(0, 5).map(({ text }) => shortVisibleText(text, 60));
  const more = report.annotations.length > 5 ? ` and ${report.annotations.length - 5} more` : '';
  const annotations = texts.length > 0 ? ` Annotations: ${texts.join(', ')}${more}.` : '';
  return (
    `Page from ${shownTime(start, clock)} to ${shownTime(end, clock)}, ` +
    `${report.shownSignals} of ${recording.signals.length} channels, ${modeWords(report)}.${annotations}`
  );
}
