import type { Job, Recording } from '@edf-pipeline/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef } from 'react';
import { problemWords } from '../api/problem-words.ts';
import type { RecordingPages } from '../api/recording-cache.ts';
import { newerRecording, pagesAfter, recordingWithJob } from '../api/recording-cache.ts';
import type { StateWords } from '../recordings/state-words.ts';
import { useServices } from '../services.ts';
import { visibleText } from '../text/visible-text.ts';

/** What can be done with a recording: try again, stop, delete. */
export function RecordingActions({
  recording,
  words,
  onDeleted,
}: {
  recording: Recording;
  words: StateWords;
  onDeleted: () => void;
}) {
  const { client } = useServices();
  const queries = useQueryClient();
  const actions = useRef<HTMLSpanElement>(null);
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const name = visibleText(recording.fileName ?? 'unnamed recording');

  const told = (change: Parameters<typeof pagesAfter>[1]) => {
    queries.setQueryData<RecordingPages>(['recordings'], (pages) => pages && pagesAfter(pages, change));
    queries.setQueryData<Recording>(['recording', recording.id], (known) => {
      if (!known || change.type === 'upload') return known;
      return change.type === 'job'
        ? recordingWithJob(known, change.object)
        : newerRecording(known, change.object);
    });
  };
  const tellJob = (job: Job) => {
    // The button that was pressed goes: the keyboard stays beside what comes instead of it.
    actions.current?.focus();
    told({ type: 'job', object: job });
  };
  const retry = useMutation({
    mutationFn: () => client.retryJob(recording.job!.id),
    onSuccess: (job) => tellJob(job),
  });
  const cancel = useMutation({
    mutationFn: () => client.cancelJob(recording.job!.id),
    onSuccess: (job) => tellJob(job),
  });
  const remove = useMutation({
    mutationFn: () => client.deleteRecording(recording.id),
    onSuccess: (deleted) => {
      told({ type: 'recording', object: deleted });
      dialog.current?.close();
      onDeleted();
    },
  });
  const failure = retry.error ?? cancel.error ?? remove.error;

  if (recording.status !== 'available') return null;
  return (
    <span className="actions" ref={actions} tabIndex={-1}>
      {failure !== null && (
        <span className="action-failure" role="alert">
          {problemWords(failure).title}
        </span>
      )}
      {words.canRetry && (
        <button
          type="button"
          className="button-quiet"
          disabled={retry.isPending}
          onClick={() => retry.mutate()}
          aria-label={`Analyse again: ${name}`}
        >
          Analyse again
        </button>
      )}
      {words.canCancel && (
        <button
          type="button"
          className="button-quiet"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate()}
          aria-label={`Stop the analysis: ${name}`}
        >
          Stop
        </button>
      )}
      <button
        type="button"
        className="button-quiet button-muted"
        onClick={() => dialog.current?.showModal()}
        aria-label={`Delete: ${name}`}
      >
        Delete
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby={titleId}>
        <h2 id={titleId}>Delete this recording?</h2>
        <p className="break">
          <strong>{name}</strong>
        </p>
        <p>The file and all its results are deleted for good. Your own copy is not touched.</p>
        <div className="dialog-buttons">
          <button type="button" autoFocus onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            className="button-danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {remove.isPending ? 'Deleting…' : 'Delete'}
          </button>
        </div>
      </dialog>
    </span>
  );
}
