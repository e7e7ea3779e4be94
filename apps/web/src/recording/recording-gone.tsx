import { Link } from '@tanstack/react-router';
import type { Gone } from './why-gone.ts';

const goneWords: Record<Gone, { readonly title: string; readonly detail: string }> = {
  unknown: {
    title: 'There is no such recording',
    detail: 'The address may be mistyped, or the recording was deleted.',
  },
  deleting: {
    title: 'This recording is being deleted',
    detail:
      'Its file and all its results are being removed; that cannot be undone. Your own copy is not touched.',
  },
  deleted: {
    title: 'This recording was deleted',
    detail: 'Its file and all its results are gone. Your own copy was not touched.',
  },
};

/** Nothing is left to show: deleted here, in another window, or by another person. */
export function RecordingGone({ why }: { why: Gone }) {
  const { title, detail } = goneWords[why];
  return (
    <div className="page" data-testid="recording-gone">
      <div role="alert">
        <h1>{title}</h1>
      </div>
      <p>{detail}</p>
      <p>
        <Link to="/">All recordings</Link>
      </p>
    </div>
  );
}
