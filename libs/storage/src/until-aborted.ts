/**
 * Passes items on until the signal fires, then throws its reason at once, even while the source is silent.
 * (Promise.race with one long-lived promise would keep a reaction for every item.)
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  if (!signal) return yield* source;
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  let rejectPending: (reason: unknown) => void = () => {};
  const onAbort = () => rejectPending(signal.reason);
  signal.addEventListener('abort', onAbort);
  let isDone = false;
  try {
    for (;;) {
      const step = await new Promise<IteratorResult<T>>((resolve, reject) => {
        rejectPending = reject;
        iterator.next().then(resolve, reject);
      });
      if (step.done) {
        isDone = true;
        return;
      }
      signal.throwIfAborted();
      yield step.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // A generator that waits for its next item answers to return() only after it, so an abort does not wait for that.
    const returned = isDone ? undefined : Promise.resolve(iterator.return?.()).catch(() => {});
    if (!signal.aborted) await returned;
  }
}
