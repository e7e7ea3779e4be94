import { problemWords } from './api/problem-words.ts';
import { visibleSentence } from './text/visible-text.ts';

/** An error in words, with what to do about it. */
export function ProblemBox({
  error,
  what,
  onRetry,
}: {
  error: unknown;
  what?: string;
  onRetry?: () => void;
}) {
  const words = problemWords(error);
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{what ?? words.title}</strong> {what !== undefined && words.title}
        {what !== undefined && /[.!?]$/.test(words.title) ? '' : what !== undefined ? '.' : ''}{' '}
        {visibleSentence(words.detail)}
      </p>
      {words.requestId !== null && <p className="faint">Request {words.requestId}</p>}
      {onRetry && words.canRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
