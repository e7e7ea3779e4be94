import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useRecording, useResult } from '../api/queries.ts';
import { ProblemBox } from '../problem-box.tsx';
import { stateWords } from '../recordings/state-words.ts';
import type { StateWords } from '../recordings/state-words.ts';
import { StateBadge } from '../recordings/state-badge.tsx';
import { TracesTab } from '../traces/traces-tab.tsx';
import { formatBytes, formatDuration, formatLocalStart } from '../text/format.ts';
import { visibleSentence, visibleText } from '../text/visible-text.ts';
import type { ShownAnnotation } from '../viewer/annotation-index.ts';
import { timeOfRecord } from '../viewer/timeline.ts';
import { centredOn, searchFromView, viewFromSearch } from '../viewer/view-state.ts';
import type { ViewDefaults } from '../viewer/view-state.ts';
import { AnnotationsTab } from './annotations-tab.tsx';
import { CompressedNote } from './compressed-note.tsx';
import { FilesTab } from './files-tab.tsx';
import { FindingsTab } from './findings-tab.tsx';
import { HeaderTab } from './header-tab.tsx';
import { RecordingActions } from './recording-actions.tsx';
import { RecordingGone } from './recording-gone.tsx';
import { whyGone } from './why-gone.ts';
import { SignalsTab } from './signals-tab.tsx';
import { Tabs } from './tabs.tsx';
import type { LoadedRecording } from './use-viewed-recording.ts';
import { useLoadedRecording } from './use-viewed-recording.ts';

const tabNames = ['traces', 'findings', 'signals', 'annotations', 'header', 'files'] as const;
type TabName = (typeof tabNames)[number];

export function RecordingPage({ recordingId }: { recordingId: string }) {
  const recording = useRecording(recordingId);
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const resultJobId = recording.data?.resultJobId ?? null;
  const loaded = useLoadedRecording(recordingId, resultJobId);
  const [marked, setMarked] = useState<ShownAnnotation | null>(null);
  const [isSought, setIsSought] = useState(false);
  const [annotationFilter, setAnnotationFilter] = useState('');

  const tab = tabNames.find((name) => name === search['tab']) ?? 'traces';
  const words = recording.data ? stateWords(recording.data, new Date()) : null;
  const name = visibleText(recording.data?.fileName ?? 'unnamed recording');
  const { hasTraces, defaults } = useTracesDefaults(loaded);

  useEffect(() => {
    const prefix = words?.tone === 'working' || words?.tone === 'failed' ? `${words.text} · ` : '';
    document.title = recording.data ? `${prefix}${name}` : 'Recording';
  }, [recording.data, name, words?.text, words?.tone]);

  const showTab = useCallback(
    (next: string) => {
      setIsSought(false);
      void navigate({
        to: '.',
        search: ((before: Record<string, string>) => ({
          ...before,
          tab: next === 'traces' ? undefined : next,
        })) as never,
      });
    },
    [navigate],
  );

  const jumpTo = useCallback(
    (time: number) => {
      setIsSought(true);
      const durationSeconds = loaded.viewed?.durationSeconds ?? Number.POSITIVE_INFINITY;
      const view = centredOn(viewFromSearch(search, defaults), time, durationSeconds);
      void navigate({ to: '.', search: searchFromView(view, defaults) as never });
    },
    [navigate, search, defaults, loaded.viewed],
  );

  if (recording.isPending)
    return (
      <div className="page">
        <h1 className="visually-hidden">Recording</h1>
        <p>Reading the recording…</p>
      </div>
    );
  const why = whyGone(recording.data?.status, recording.error);
  if (why !== null) return <RecordingGone why={why} />;
  // What is shown stays while the server cannot be asked: the bar above says that it cannot.
  if (!recording.data) {
    return (
      <div className="page">
        <h1 className="visually-hidden">Recording</h1>
        <ProblemBox
          error={recording.error}
          what="This recording cannot be shown."
          onRetry={() => void recording.refetch()}
        />
        <p>
          <Link to="/">All recordings</Link>
        </p>
      </div>
    );
  }

  const { report, edf } = loaded;
  const findings = report?.findings ?? edf?.findings ?? null;
  const openRecord = (record: number) => {
    const time = loaded.viewed && timeOfRecord(loaded.viewed.runs, record);
    if (time !== null) jumpTo(time);
  };
  const count = (value: number | undefined) => (value === undefined ? '' : String(value));

  return (
    <div className={tab === 'traces' ? 'recording recording-full' : 'recording'}>
      <div className="recording-heading">
        <Preview jobId={resultJobId} />
        <div className="recording-title">
          <h1 className="break" title={name}>
            {name}
          </h1>
          <Facts loaded={loaded} byteLength={recording.data.byteLength} />
        </div>
        <div className="recording-state">
          {words && <StateBadge words={words} />}
          {words && (
            <RecordingActions
              recording={recording.data}
              words={words}
              onDeleted={() => void navigate({ to: '/' })}
            />
          )}
        </div>
      </div>
      <StateNote words={words} />
      <Tabs
        label="Recording"
        selected={tab}
        onSelect={showTab}
        tabs={[
          { name: 'traces', title: 'Traces', count: '' },
          { name: 'findings', title: 'Findings', count: count(findings?.length) },
          { name: 'signals', title: 'Signals', count: count(loaded.viewed?.signals.length) },
          {
            name: 'annotations',
            title: 'Annotations',
            count: count(report?.annotationCount ?? loaded.annotations?.all.length),
          },
          { name: 'header', title: 'Header', count: '' },
          { name: 'files', title: 'Files', count: '' },
        ]}
      />
      <div
        className="tab-panel"
        role="tabpanel"
        id={`panel-${tab}`}
        aria-labelledby={`tab-${tab}`}
        tabIndex={['findings', 'signals', 'header'].includes(tab) ? 0 : undefined}
      >
        {loaded.edfError !== null && !edf && tab !== 'files' && (
          <ProblemBox
            error={loaded.edfError}
            what="The recording's file could not be read."
            onRetry={loaded.retryEdf}
          />
        )}
        {panel(tab)}
      </div>
    </div>
  );

  function panel(of: TabName) {
    if (loaded.compression === 'waiting' && !edf && loaded.edfError === null && of in contentWords)
      return <CompressedNote words={words} what={contentWords[of as keyof typeof contentWords]} />;
    switch (of) {
      case 'traces':
        return loaded.viewed && hasTraces ? (
          <TracesTab
            recording={loaded.viewed}
            defaults={defaults}
            annotationFilter={annotationFilter}
            marked={marked}
            onMark={setMarked}
            hasFocus={isSought}
          />
        ) : (
          loaded.edfError === null && <p className="faint padded">Reading the header…</p>
        );
      case 'findings':
        return <FindingsTab findings={findings} isComplete={report !== null} onOpenRecord={openRecord} />;
      case 'signals':
        return <SignalsTab header={edf?.header ?? null} report={report} />;
      case 'annotations':
        return (
          <AnnotationsTab
            annotations={loaded.annotations}
            isWaiting={resultJobId === null}
            startDateTime={edf?.header.startDateTime ?? null}
            filter={annotationFilter}
            onFilter={setAnnotationFilter}
            marked={marked}
            onOpen={(annotation) => {
              setMarked(annotation);
              jumpTo(annotation.onset);
            }}
            onMark={setMarked}
          />
        );
      case 'header':
        return <HeaderTab header={edf?.header ?? null} report={report} />;
      case 'files':
        return <FilesTab recording={recording.data!} />;
    }
  }
}

/** Nights are read in epochs of 30 s, all else in pages of 10 s. */
const nightDefaults: ViewDefaults = { pageSeconds: 30, hidden: new Set() };
const otherDefaults: ViewDefaults = { pageSeconds: 10, hidden: new Set() };

/**
 * Traces are shown when it is known what the result holds. Once shown they stay, with the page length that they
 * have, when an analysis that was still running brings its result.
 */
function useTracesDefaults({ viewed, isSettled }: LoadedRecording) {
  const [shown, setShown] = useState<ViewDefaults | null>(null);
  const defaults = shown ?? (viewed?.hypnogram ? nightDefaults : otherDefaults);
  const hasTraces = shown !== null || (viewed !== null && isSettled);
  if (hasTraces && shown === null) setShown(defaults);
  return { hasTraces, defaults };
}

/** What a gzip file does not show before it is unpacked. */
const contentWords = {
  traces: 'Its traces',
  findings: 'Its findings',
  signals: 'Its channels',
  header: 'Its header',
};

function Facts({
  loaded: { edf, report, viewed, compression },
  byteLength,
}: {
  loaded: LoadedRecording;
  byteLength: number;
}) {
  const size = compression === 'none' ? formatBytes(byteLength) : `${formatBytes(byteLength)} as gzip`;
  if (!edf || !viewed) return <p className="facts">{size}</p>;
  const gaps = viewed.runs.length - 1;
  return (
    <p className="facts">
      <span className="tag">{edf.header.variant}</span>
      <span title="Local time at the patient, as the file says; EDF knows no time zone">
        {formatLocalStart(edf.header.startDateTime)}
      </span>
      <span>{formatDuration(report?.durationSeconds || viewed.durationSeconds)}</span>
      <span>
        {viewed.signals.length} {viewed.signals.length === 1 ? 'channel' : 'channels'}
      </span>
      {gaps > 0 && (
        <span>
          {gaps} {gaps === 1 ? 'gap' : 'gaps'}
        </span>
      )}
      <span>{size}</span>
    </p>
  );
}

/** What is going on, or what went wrong: one line between heading and tabs. */
function StateNote({ words }: { words: StateWords | null }) {
  if (words?.detail == null) return null;
  return (
    <div className={`banner ${words.tone === 'failed' ? 'banner-failed' : 'banner-plain'}`} role="status">
      {visibleSentence(words.detail)}
    </div>
  );
}

function Preview({ jobId }: { jobId: string | null }) {
  const result = useResult(jobId);
  const file = result.data?.files.find(({ name }) => name === 'preview.svg');
  const [failures, setFailures] = useState(0);
  if (!file || failures > 1) return null;
  return (
    <img
      className="preview"
      src={file.url}
      alt="All signals of the whole recording, small"
      onError={() => {
        // The address may have expired while another page was shown: one more try with a new one.
        setFailures(failures + 1);
        if (failures === 0) void result.refetch();
      }}
    />
  );
}
