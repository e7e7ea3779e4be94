import { ApiProblem } from '@edf-pipeline/uploader';
import { Link } from '@tanstack/react-router';

/** Nothing is left to show: deleted here, in another window, or by another person. */
export function RecordingGone({ isUnknown }: { isUnknown: boolean }) {
  return (
    <div className="page" data-testid="recording-gone">
      <h1 role="alert">{isUnknown ? 'There is no such recording' : 'This recording was deleted'}</h1>
      <p>
        {isUnknown
          ? 'The address may be mistyped, or the recording was deleted.'
          : 'Its file and all its results are gone. Your own copy was not touched.'}
      </p>
      <p>
        <Link to="/">All recordings</Link>
      </p>
    </div>
  );
}

/** Whether the server knows nothing of what was asked for. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'not-found';
}
