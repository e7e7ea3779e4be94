import type { StateWords } from '../recordings/state-words.ts';

/** Why a gzip file shows nothing yet: there is no reading in the middle of it before it is unpacked. */
export function CompressedNote({ words, what }: { words: StateWords | null; what: string }) {
  const hasEnded = words?.tone === 'failed' || (words?.canRetry ?? false);
  return (
    <div className="padded">
      <p className="empty" data-testid="compressed-note">
        This recording is compressed (gzip). {what}{' '}
        {hasEnded
          ? 'could not be read: the analysis, which unpacks it, did not come to its end.'
          : 'can be read as soon as the analysis has unpacked it.'}
      </p>
    </div>
  );
}
