import { useServices } from '../services.ts';
import { formatBytes, formatDuration, formatLocalStart } from '../text/format.ts';
import { visibleSentence, visibleText } from '../text/visible-text.ts';
import type { UploadItem } from '../uploads/upload-item.ts';
import { isOver } from '../uploads/upload-item.ts';
import { useUploadItems } from '../uploads/use-uploads.ts';

/** What the files of this visit hold, as their headers tell: one card a file, ignored ones as a list. */
export function CheckedFiles() {
  const { uploads } = useServices();
  const items = useUploadItems().filter(({ check, phase }) => check !== null || phase === 'checking');
  const cards = items.filter(({ phase }) => phase !== 'ignored');
  const ignored = items.filter(({ phase }) => phase === 'ignored');
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="checked-heading" className="checked">
      <div className="section-heading">
        <h2 id="checked-heading">Just added</h2>
        {items.some(isOver) && (
          <button type="button" className="button-quiet" onClick={() => uploads.removeFinished()}>
            Clear finished
          </button>
        )}
      </div>
      <ul className="cards">
        {cards.map((item) => (
          <FileCard key={item.id} item={item} />
        ))}
      </ul>
      {ignored.length > 0 && (
        <details className="ignored">
          <summary>
            {ignored.length} other {ignored.length === 1 ? 'file was' : 'files were'} ignored
          </summary>
          <ul>
            {ignored.map((item) => (
              <li key={item.id}>
                {visibleText(item.path)} <span className="faint">· {item.message}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function FileCard({ item }: { item: UploadItem }) {
  const { check } = item;
  return (
    <li className={item.phase === 'refused' ? 'card card-refused' : 'card'} data-testid="file-card">
      <h3 title={visibleText(item.path)}>{visibleText(item.name)}</h3>
      {check === null && <p className="faint">reading its header…</p>}
      {check?.kind === 'edf' && (
        <>
          <p className="card-facts">
            <span className="tag">{check.variant}</span>
            <span>
              {check.signalCount} {check.signalCount === 1 ? 'channel' : 'channels'}
            </span>
            <span>{formatDuration(check.durationSeconds)}</span>
            <span>{formatBytes(item.byteLength)}</span>
          </p>
          <p className="faint">started {formatLocalStart(check.startDateTime)}</p>
          {check.findings.length > 0 && <p className="card-note">{findingWords(check.findings)}</p>}
          {check.hasPatientName && (
            <p className="card-note card-note-warning">The patient name field is filled.</p>
          )}
        </>
      )}
      {check?.kind === 'compressed' && (
        <>
          <p className="card-facts">
            <span className="tag">gzip</span>
            <span>{formatBytes(item.byteLength)}</span>
          </p>
          {item.phase !== 'refused' && (
            <p className="faint">Compressed: its header is checked after the upload.</p>
          )}
        </>
      )}
      {item.phase === 'refused' && (
        <p className="card-refusal">{visibleSentence(item.message ?? 'refused')}</p>
      )}
      {item.phase === 'duplicate' && <p className="card-note">{item.message}</p>}
    </li>
  );
}

function findingWords(findings: readonly { severity: string; message: string }[]): string {
  const serious = findings.filter(({ severity }) => severity === 'error' || severity === 'fatal');
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  const first = serious[0] ?? findings[0]!;
  return findings.length === 1
    ? `${count}: ${visibleSentence(first.message)}`
    : `${count}, first: ${visibleSentence(first.message)}`;
}
