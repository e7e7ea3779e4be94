import { useState } from 'react';
import { formatRate } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';
import { matchingSignals } from '../viewer/signal-kind.ts';
import type { ShownSignal, ViewedRecording } from '../viewer/viewed-recording.ts';
import type { ViewState } from '../viewer/view-state.ts';
import type { ViewChange } from './use-view-state.ts';

/** Every signal with its unit and rate, to be shown or hidden; the filter takes a comma list. */
export function SignalList({
  recording,
  view,
  change,
}: {
  recording: ViewedRecording;
  view: ViewState;
  change: ViewChange;
}) {
  const [filter, setFilter] = useState('');
  const matching = matchingSignals(recording.signals, filter);
  const listed = recording.signals.filter(({ index }) => matching.has(index));

  const setHidden = (edit: (hidden: Set<number>) => void) =>
    change((before) => {
      const hidden = new Set(before.hidden);
      edit(hidden);
      return { ...before, hidden };
    }, 'step');
  const step = (index: number, by: 1 | -1) =>
    change((before) => {
      const gainSteps = new Map(before.gainSteps);
      const steps = (gainSteps.get(index) ?? 0) + by;
      if (steps === 0) gainSteps.delete(index);
      else gainSteps.set(index, steps);
      return { ...before, gainSteps };
    }, 'step');

  return (
    <aside className="signal-list" aria-label="Channels">
      <input
        type="search"
        placeholder="Filter: eeg, eog, spo2"
        aria-label="Filter channels by a comma list"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <div className="signal-list-tools">
        <button
          type="button"
          className="button-quiet"
          onClick={() => setHidden((hidden) => listed.forEach(({ index }) => hidden.delete(index)))}
        >
          Show {filter === '' ? 'all' : 'these'}
        </button>
        <button
          type="button"
          className="button-quiet"
          onClick={() => setHidden((hidden) => listed.forEach(({ index }) => hidden.add(index)))}
        >
          Hide {filter === '' ? 'all' : 'these'}
        </button>
        {filter !== '' && (
          <button
            type="button"
            className="button-quiet"
            onClick={() =>
              setHidden((hidden) =>
                recording.signals.forEach(({ index }) =>
                  matching.has(index) ? hidden.delete(index) : hidden.add(index),
                ),
              )
            }
          >
            Only these
          </button>
        )}
      </div>
      <ul>
        {listed.map((signal) => (
          <SignalRow
            key={signal.index}
            signal={signal}
            rate={signal.samplesPerDataRecord / recording.header.dataRecordDurationSeconds}
            isShown={!view.hidden.has(signal.index)}
            onToggle={() => setHidden((hidden) => hidden.delete(signal.index) || hidden.add(signal.index))}
            onStep={(by) => step(signal.index, by)}
          />
        ))}
      </ul>
    </aside>
  );
}

function SignalRow(props: {
  signal: ShownSignal;
  rate: number;
  isShown: boolean;
  onToggle: () => void;
  onStep: (by: 1 | -1) => void;
}) {
  const { signal, isShown } = props;
  const label = visibleText(signal.label) || `signal ${signal.index + 1}`;
  return (
    <li className={isShown ? undefined : 'is-hidden'}>
      <label title={label}>
        <input type="checkbox" checked={isShown} onChange={props.onToggle} />
        <span className={`swatch swatch-${signal.kind}`} aria-hidden="true" />
        <span className="signal-label">{label}</span>
      </label>
      <span className="signal-facts">
        {visibleText(signal.unit)}
        {signal.unit === '' ? '' : ' · '}
        {Number.isFinite(props.rate) ? formatRate(props.rate) : ''}
      </span>
      <span className="signal-steps">
        <button
          type="button"
          title={`Larger: ${label}`}
          aria-label={`Larger: ${label}`}
          onClick={() => props.onStep(1)}
        >
          +
        </button>
        <button
          type="button"
          title={`Smaller: ${label}`}
          aria-label={`Smaller: ${label}`}
          onClick={() => props.onStep(-1)}
        >
          −
        </button>
      </span>
    </li>
  );
}
