import type { Deidentification, DeidentificationProof, DeidentifyOptions } from '@edf-pipeline/edf';
import { isEdfError } from '@edf-pipeline/edf';
import { useEffect, useRef, useState } from 'react';
import { planFile, writeFile } from './deidentified-file.ts';

/** How far the one recording of the page is. */
export type DeidentifyState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'reading' | 'writing'; readonly source: File; readonly share: number }
  | { readonly kind: 'failed'; readonly source: File; readonly message: string }
  | { readonly kind: 'planned'; readonly source: File; readonly planned: Deidentification }
  | {
      readonly kind: 'written';
      readonly source: File;
      readonly planned: Deidentification;
      readonly file: File | null;
      readonly proof: DeidentificationProof;
    };

/** Plans a recording anew whenever it or the options change, and writes it when asked to. */
export function useDeidentification() {
  const [state, setState] = useState<DeidentifyState>({ kind: 'empty' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (
    kind: 'reading' | 'writing',
    source: File,
    work: (tell: (share: number) => void, signal: AbortSignal) => Promise<DeidentifyState>,
  ) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    setState({ kind, source, share: 0 });
    const tell = (share: number) => !abort.signal.aborted && setState({ kind, source, share });
    try {
      const done = await work(tell, abort.signal);
      if (!abort.signal.aborted) setState(done);
    } catch (error) {
      if (!abort.signal.aborted) setState({ kind: 'failed', source, message: messageOf(error) });
    }
  };

  return {
    state,
    plan: (source: File, options: DeidentifyOptions) =>
      run('reading', source, async (tell, signal) => ({
        kind: 'planned',
        source,
        planned: await planFile(source, options, tell, signal),
      })),
    write: (source: File, planned: Deidentification) =>
      run('writing', source, async (tell, signal) => ({
        kind: 'written',
        source,
        planned,
        ...(await writeFile(source, planned, tell, signal)),
      })),
  };
}

function messageOf(error: unknown): string {
  if (isEdfError(error, 'source-read-failed'))
    return 'The file could not be read: it was moved, deleted, or its drive is gone.';
  return error instanceof Error ? error.message : String(error);
}
