import type { Recording, Upload } from '@edf-pipeline/contracts';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useRecordings, useUploads } from '../api/queries.ts';
import { listedRecordings } from '../api/recording-cache.ts';
import { ProblemBox } from '../problem-box.tsx';
import { RecordingActions } from '../recording/recording-actions.tsx';
import { useServices } from '../services.ts';
import { formatBytes, formatCount, formatDuration, formatWhen } from '../text/format.ts';
import { visibleSentence, visibleText } from '../text/visible-text.ts';
import { CheckedFiles } from './checked-files.tsx';
import { ChooseFiles } from './choose-files.tsx';
import { StateBadge } from './state-badge.tsx';
import { stateWords } from './state-words.ts';

export function RecordingsPage() {
  const { uploads } = useServices();
  const list = useRecordings();
  const uploaded = useUploads();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  const recordings = list.data ? listedRecordings(list.data) : [];

  useEffect(() => {
    document.title = 'EDF recordings';
  }, []);

  return (
    <div className="page">
      <h1 className="visually-hidden">Recordings</h1>
      <ChooseFiles onFiles={(files) => void uploads.add(files)} />
      <CheckedFiles />
      <section aria-labelledby="recordings-heading">
        <div className="section-heading">
          <h2 id="recordings-heading" ref={heading} tabIndex={-1}>
            Recordings
          </h2>
          {recordings.length > 0 && (
            <span className="faint">
              {recordings.length}
              {list.hasNextPage ? ' newest' : ''}
            </span>
          )}
        </div>
        {list.isError && recordings.length === 0 && (
          <ProblemBox
            error={list.error}
            onRetry={() => void list.refetch()}
            what="The list could not be read."
          />
        )}
        {list.isPending && <p className="faint">Reading the list…</p>}
        {list.isSuccess && recordings.length === 0 && (
          <p className="empty">
            Nothing here yet. Drop a recording onto this page; it appears here while it is uploaded and
            analysed.
          </p>
        )}
        {recordings.length > 0 && (
          <div className="table-frame">
            <table className="recordings">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">State</th>
                  <th scope="col" className="number">
                    Length
                  </th>
                  <th scope="col" className="number">
                    Size
                  </th>
                  <th scope="col">Added</th>
                  <th scope="col">
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {recordings.map((recording) => (
                  <RecordingRow
                    key={recording.id}
                    recording={recording}
                    upload={uploaded.get(recording.uploadId) ?? null}
                    now={now}
                    // Its row goes, and with it the button that had the focus.
                    onDeleted={() => heading.current?.focus()}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {list.hasNextPage && (
          <button
            type="button"
            className="older"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {list.isFetchingNextPage ? 'Reading…' : 'Show older'}
          </button>
        )}
      </section>
    </div>
  );
}

function RecordingRow({
  recording,
  upload,
  now,
  onDeleted,
}: {
  recording: Recording;
  upload: Upload | null;
  now: Date;
  onDeleted: () => void;
}) {
  const words = stateWords(recording, now);
  const facts = recording.facts ?? upload?.preflight ?? null;
  const findingCount = recording.facts?.findingCount ?? 0;
  return (
    <tr data-testid="recording-row" data-recording-id={recording.id}>
      <th scope="row" className="recording-name">
        <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }} search={{}}>
          {visibleText(recording.fileName ?? 'unnamed recording')}
        </Link>
        {facts && (
          <span className="faint row-facts">
            {facts.variant} · {counted(facts.signalCount, 'channel')}
            {findingCount > 0 && ` · ${counted(findingCount, 'finding')}`}
          </span>
        )}
        {words.detail !== null && (
          <span className={words.tone === 'failed' ? 'row-detail row-detail-failed' : 'row-detail'}>
            {visibleSentence(words.detail)}
          </span>
        )}
      </th>
      <td data-label="State">
        <StateBadge words={words} />
      </td>
      <td className="number" data-label="Length">
        {facts ? formatDuration(facts.durationSeconds) : '–'}
      </td>
      <td className="number" data-label="Size">
        {formatBytes(recording.byteLength)}
      </td>
      <td data-label="Added" title={new Date(recording.createdAt).toLocaleString('en-GB')}>
        {formatWhen(recording.createdAt, now)}
      </td>
      <td className="row-actions">
        <RecordingActions recording={recording} words={words} onDeleted={onDeleted} />
      </td>
    </tr>
  );
}

const counted = (count: number, noun: string) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** The present moment, a new one every 20 s: `12 min ago` must not stay true forever. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
