import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { DropTarget } from '../files/drop-target.tsx';
import { useServices } from '../services.ts';
import { formatBytes } from '../text/format.ts';
import { visibleSentence, visibleText } from '../text/visible-text.ts';
import type { ChosenOptions } from './deidentify-options.tsx';
import { OptionsForm, nothingKept, optionsOf } from './deidentify-options.tsx';
import { PlanView } from './plan-view.tsx';
import { ProofView } from './proof-view.tsx';
import type { DeidentifyState } from './use-deidentification.ts';
import { useDeidentification } from './use-deidentification.ts';

/** Takes from one recording what identifies people, in this browser, and shows what would leave before it does. */
export function DeidentifyPage() {
  const { uploads } = useServices();
  const navigate = useNavigate();
  const { state, plan, write } = useDeidentification();
  const [chosen, setChosen] = useState(nothingKept);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = 'De-identify a recording';
  }, []);

  const take = (file: File | undefined) => file && void plan(file, optionsOf(chosen));
  const choose = (options: ChosenOptions) => {
    setChosen(options);
    if (state.kind !== 'empty') void plan(state.source, optionsOf(options));
  };
  const upload = (file: File) => {
    void uploads.add([{ file, path: file.name, handle: null }]);
    void navigate({ to: '/' });
  };

  return (
    <DropTarget words={dropWords} onFiles={([first]) => take(first?.file)}>
      <div className="page deidentify">
        <h1>De-identify a recording</h1>
        <p>
          Everything happens in this browser. Nothing is sent before you have seen what would leave, and
          chosen to upload it.
        </p>
        <div className="drop-buttons">
          <button type="button" className="button-primary" onClick={() => input.current?.click()}>
            {state.kind === 'empty' ? 'Choose a recording' : 'Choose another recording'}
          </button>
          {state.kind !== 'empty' && (
            <span className="break">
              {visibleText(state.source.name)} <span className="faint">{formatBytes(state.source.size)}</span>
            </span>
          )}
        </div>
        <input
          ref={input}
          type="file"
          hidden
          data-testid="deidentify-input"
          aria-label="Recording"
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <OptionsForm chosen={chosen} onChange={choose} />
        <Progress state={state} />
        {state.kind === 'failed' && (
          <p className="card-refusal" role="alert">
            {visibleSentence(state.message)}
          </p>
        )}
        {state.kind === 'written' && <ProofView {...state} onUpload={upload} />}
        {(state.kind === 'planned' || state.kind === 'written') && (
          <PlanView plan={state.planned.plan} sourceName={state.source.name} />
        )}
        {state.kind === 'planned' && (
          <button
            type="button"
            className="button-primary"
            onClick={() => void write(state.source, state.planned)}
          >
            Write the de-identified file
          </button>
        )}
      </div>
    </DropTarget>
  );
}

const dropWords = { title: 'Drop to look at it', detail: 'One EDF or BDF file; nothing is sent' };

function Progress({ state }: { state: DeidentifyState }) {
  if (state.kind !== 'reading' && state.kind !== 'writing') return null;
  const words = state.kind === 'reading' ? 'Reading the recording' : 'Writing the de-identified file';
  return (
    <p role="status">
      {words} <progress value={state.share} max={1} aria-label={words} />
    </p>
  );
}
