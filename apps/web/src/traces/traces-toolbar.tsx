import { useState } from 'react';
import type { RefObject } from 'react';
import { amplitudes } from '../viewer/amplitude.ts';
import { parseGoTo } from '../viewer/go-to-time.ts';
import type { ViewerCommand } from '../viewer/keys.ts';
import { pageLengthLabel, pageLengths } from '../viewer/page-length.ts';
import type { ViewedRecording } from '../viewer/viewed-recording.ts';
import { startSecondOfDay } from '../viewer/viewed-recording.ts';
import { withPageLength } from '../viewer/view-commands.ts';
import { clampStart, shownSeconds } from '../viewer/view-state.ts';
import type { ViewState } from '../viewer/view-state.ts';
import type { ViewChange } from './use-view-state.ts';

/** Page, amplitude, time: everything a key does, to be clicked, with the key beside it. */
export function TracesToolbar(props: {
  recording: ViewedRecording;
  view: ViewState;
  change: ViewChange;
  run: (command: ViewerCommand) => void;
  goTo: RefObject<HTMLInputElement | null>;
  /** Where the keyboard goes on after a time was given, or not. */
  onLeaveGoTo: () => void;
  isListOpen: boolean;
  onToggleList: () => void;
}) {
  const { recording, view, change, run } = props;
  const duration = recording.durationSeconds;
  const button = (command: ViewerCommand, text: string, title: string) => (
    <button type="button" title={title} aria-label={title} onClick={() => run(command)}>
      {text}
    </button>
  );
  const hasAnnotations = (recording.annotations?.all.length ?? 0) > 0;
  return (
    <div className="toolbar" role="group" aria-label="View">
      <button
        type="button"
        aria-pressed={props.isListOpen}
        onClick={props.onToggleList}
        title="List of channels"
      >
        Channels
      </button>
      <span className="button-group">
        {button('page-back', '‹ Page', 'Previous page (Page up)')}
        {button('page-forward', 'Page ›', 'Next page (Page down)')}
      </span>
      <label>
        <span>Page</span>
        <select
          aria-label="Page length"
          title="Page length ( < and > )"
          value={String(view.pageSeconds)}
          onChange={(event) => {
            const pageSeconds = Number(event.target.value);
            change((before) => withPageLength(before, pageSeconds, duration), 'jump');
          }}
        >
          {withCurrent(pageLengths, view.pageSeconds).map((length) => (
            <option key={length} value={String(length)}>
              {pageLengthLabel(length)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Amplitude</span>
        <select
          aria-label="Amplitude"
          title="Amplitude of voltages ( + and − )"
          value={String(view.microvoltsPerMillimetre)}
          onChange={(event) => {
            const microvoltsPerMillimetre = Number(event.target.value);
            change((before) => ({ ...before, microvoltsPerMillimetre }), 'step');
          }}
        >
          {withCurrent(amplitudes, view.microvoltsPerMillimetre).map((value) => (
            <option key={value} value={String(value)}>
              {value} µV/mm
            </option>
          ))}
        </select>
      </label>
      <GoTo
        recording={recording}
        view={view}
        change={change}
        input={props.goTo}
        onLeave={props.onLeaveGoTo}
      />
      {hasAnnotations && (
        <span className="button-group">
          {button('previous-annotation', '[ Annotation', 'Previous annotation ( [ )')}
          {button('next-annotation', 'Annotation ]', 'Next annotation ( ] )')}
        </span>
      )}
      <button
        type="button"
        aria-pressed={view.clock === 'elapsed'}
        title="Time since the start instead of clock time (t)"
        onClick={() => run('toggle-clock')}
      >
        Elapsed time
      </button>
      <button
        type="button"
        aria-pressed={view.isCentred}
        title="Each voltage is centred in its row: the median of the page is taken off, for display only (d)"
        onClick={() => run('toggle-centring')}
      >
        Centred
      </button>
      <span className="toolbar-space" />
      {button('help', '? Keys', 'List of keys (?)')}
    </div>
  );
}

function GoTo(props: {
  recording: ViewedRecording;
  view: ViewState;
  change: ViewChange;
  input: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  const { recording, view, change, input, onLeave } = props;
  const [text, setText] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const go = (event: React.FormEvent) => {
    event.preventDefault();
    const duration = recording.durationSeconds;
    const time = parseGoTo(text, {
      now: view.start,
      durationSeconds: duration,
      startSecondOfDay: startSecondOfDay(recording.header.startDateTime),
      clock: view.clock,
    });
    setIsWrong(time === null);
    if (time === null) return;
    // The moment is put at the left edge, as scorers expect.
    change(
      (before) => ({ ...before, start: clampStart(time, shownSeconds(before, duration), duration) }),
      'jump',
    );
    setText('');
    onLeave();
  };
  return (
    <form className="go-to" onSubmit={go}>
      <label>
        <span>Go to</span>
        <input
          ref={input}
          value={text}
          size={9}
          placeholder="02:13:05"
          title="Clock time, +90s, epoch 412, 50% (g)"
          aria-label="Go to time"
          aria-invalid={isWrong}
          onChange={(event) => {
            setText(event.target.value);
            setIsWrong(false);
          }}
          onKeyDown={(event) => event.key === 'Escape' && onLeave()}
        />
      </label>
      {isWrong && (
        <span className="go-to-help" role="alert">
          Not a time. Try 02:13:05, +90s, epoch 412 or 50%.
        </span>
      )}
    </form>
  );
}

function withCurrent(values: readonly number[], current: number): number[] {
  return values.includes(current) ? [...values] : [...values, current].sort((a, b) => a - b);
}
