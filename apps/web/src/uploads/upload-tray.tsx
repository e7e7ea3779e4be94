import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useServices } from '../services.ts';
import { formatBytes, formatDuration } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';
import { isMoving, isOver, summaryOf, trayItems } from './upload-item.ts';
import type { TraySummary, UploadItem } from './upload-item.ts';
import { uploadWords } from './upload-words.ts';
import { useUploadItems } from './use-uploads.ts';

/** The tray at the bottom right: stays while one walks through the pages. */
export function UploadTray() {
  const { uploads } = useServices();
  const items = trayItems(useUploadItems());
  // Beside the traces only its heading is shown, unless it is asked for more.
  const isBesideList = useLocation({ select: ({ pathname }) => pathname === '/' });
  const [opened, setOpened] = useState({ isBesideList, isOpen: isBesideList });
  const isOpen = opened.isBesideList === isBesideList ? opened.isOpen : isBesideList;
  const summary = summaryOf(items);
  const isBusy = summary.moving > 0;

  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isBusy]);

  return (
    <>
      {items.length > 0 && tray()}
      {/* Always there: screen readers say what changes in a region, not what a new one holds. */}
      <p className="visually-hidden" role="status" data-testid="upload-announcement">
        {items.length > 0 && `${summary.finished} of ${summary.total} uploads finished`}
      </p>
    </>
  );

  function tray() {
    return (
      <section className="tray" aria-label="Uploads" data-testid="upload-tray">
        <div className="tray-heading">
          <button
            type="button"
            className="tray-toggle"
            aria-expanded={isOpen}
            onClick={() => setOpened({ isBesideList, isOpen: !isOpen })}
          >
            <span className="tray-title">{titleOf(summary)}</span>
            <span className="tray-rate">{rateOf(summary)}</span>
            <span className={isOpen ? 'chevron' : 'chevron chevron-up'} aria-hidden="true" />
          </button>
          {!isBusy && summary.finished === summary.total && (
            <button type="button" className="button-quiet" onClick={() => uploads.removeFinished()}>
              Clear
            </button>
          )}
        </div>
        {isBusy && (
          <progress className="tray-progress" value={summary.share} max={1} aria-label="All uploads" />
        )}
        {isOpen && (
          <ul className="tray-list">
            {items.map((item) => (
              <TrayRow key={item.id} item={item} />
            ))}
          </ul>
        )}
      </section>
    );
  }
}

function titleOf({ total, finished, refused, moving, needsPerson }: TraySummary): string {
  if (moving > 0) return `Uploading ${Math.min(finished + 1, total)} of ${total}`;
  if (needsPerson > 0) return `${needsPerson} ${needsPerson === 1 ? 'upload needs' : 'uploads need'} you`;
  if (finished < total) return 'Uploads waiting';
  const uploaded = total - refused;
  return [uploaded > 0 ? `${uploaded} uploaded` : '', refused > 0 ? `${refused} refused` : '']
    .filter(Boolean)
    .join(', ');
}

function rateOf({ bytesPerSecond, secondsLeft, moving }: TraySummary): string {
  if (moving === 0 || bytesPerSecond < 1) return '';
  const left = secondsLeft === null ? '' : ` · ${formatDuration(Math.ceil(secondsLeft))} left`;
  return `${formatBytes(bytesPerSecond)}/s${left}`;
}

function TrayRow({ item }: { item: UploadItem }) {
  const share = item.byteLength > 0 ? item.doneBytes / item.byteLength : 0;
  return (
    <li className="tray-row" data-testid="upload-row" data-phase={item.phase}>
      <div className="tray-row-main">
        <span className="tray-name" title={visibleText(item.path)}>
          {visibleText(item.name)}
        </span>
        <TrayActions item={item} />
      </div>
      {(isMoving(item) || item.phase === 'paused') && (
        <progress value={share} max={1} aria-label={`Progress of ${visibleText(item.name)}`} />
      )}
      <p className={`tray-words tray-words-${item.phase}`}>{uploadWords(item)}</p>
    </li>
  );
}

function TrayActions({ item }: { item: UploadItem }) {
  const { uploads } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const name = visibleText(item.name);
  const action = (label: string, run: () => void) => (
    <button type="button" className="button-quiet" aria-label={`${label}: ${name}`} onClick={run}>
      {label}
    </button>
  );
  return (
    <span className="tray-actions">
      {item.recordingId !== null && (
        <Link
          to="/recordings/$recordingId"
          params={{ recordingId: item.recordingId }}
          search={{}}
          className="button-quiet"
          onClick={() => uploads.remove(item.id)}
        >
          Open
        </Link>
      )}
      {isMoving(item) && action('Pause', () => uploads.pause(item.id))}
      {item.phase === 'paused' && action('Resume', () => void uploads.resume(item.id))}
      {item.phase === 'needs-permission' && action('Resume', () => void uploads.resume(item.id))}
      {item.phase === 'failed' && action('Try again', () => void uploads.resume(item.id))}
      {item.phase === 'elsewhere' && action('Try here', () => void uploads.resume(item.id))}
      {item.phase === 'needs-file' && (
        <>
          {action('Choose file', () => input.current?.click())}
          <input
            ref={input}
            type="file"
            hidden
            aria-label={`The same file again: ${name}`}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) uploads.chooseAgain(item.id, file);
              event.target.value = '';
            }}
          />
        </>
      )}
      {isOver(item)
        ? action('Dismiss', () => uploads.remove(item.id))
        : action('Cancel', () => void uploads.cancel(item.id))}
    </span>
  );
}
