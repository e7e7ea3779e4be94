import type { StateWords } from './state-words.ts';

/** State in words, with a small bar while something moves. */
export function StateBadge({ words }: { words: StateWords }) {
  return (
    <span className={`state state-${words.tone}`} data-testid="recording-state">
      <span className="dot" aria-hidden="true" />
      <span>{words.text}</span>
      {words.share !== null && <progress value={words.share} max={1} aria-label={words.text} />}
    </span>
  );
}
