/** A task that runs again and again, never twice at once. */
export interface Repeated {
  /** Runs it now; while it runs, once more after that. */
  wake(): void;
  /** Resolves when the run in progress has ended; none follows. */
  stop(): Promise<void>;
}

/**
 * Runs `task` every `seconds` and whenever it is woken.
 *
 * @param onError gets what the task rejects with; the next run comes all the same
 */
export function repeat(
  task: (signal: AbortSignal) => Promise<unknown>,
  seconds: number,
  onError: (error: unknown) => void,
): Repeated {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWanted = false;

  const run = async () => {
    do {
      isWanted = false;
      try {
        await task(stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) onError(error);
      }
    } while (isWanted && !stopping.signal.aborted);
    running = undefined;
    if (!stopping.signal.aborted) timer = setTimeout(wake, seconds * 1000);
  };

  function wake() {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    isWanted = true;
    running ??= run();
  }

  timer = setTimeout(wake, seconds * 1000);
  return {
    wake,
    async stop() {
      stopping.abort(new Error('stopping'));
      clearTimeout(timer);
      await running;
    },
  };
}
