/** An abort signal of its own for one call, with a limit on its time that can be pushed back. */
export interface Limited {
  readonly signal: AbortSignal;
  /** True once the limit, not the caller, has ended the call. */
  isOver(): boolean;
  /** The limit counts from now on again. */
  touch(): void;
  /** Must be called when the call has ended: takes the timer and the listener away. */
  release(): void;
}

/** What a call that took too long is aborted with. */
export class LimitReached extends Error {
  readonly code = 'limit-reached';
}

/**
 * Own timer instead of `AbortSignal.any` and `AbortSignal.timeout`: those cannot be pushed back, and
 * in some engines a combined signal is collected before it fires.
 */
export function limitedTo(seconds: number, parent?: AbortSignal): Limited {
  const controller = new AbortController();
  const onParentAbort = () => controller.abort(parent?.reason);
  if (parent?.aborted) onParentAbort();
  else parent?.addEventListener('abort', onParentAbort, { once: true });
  let isOver = false;
  let isReleased = false;
  const start = () =>
    setTimeout(() => {
      isOver = true;
      controller.abort(new LimitReached(`no progress for ${seconds} s`));
    }, seconds * 1_000);
  let timer = start();
  return {
    signal: controller.signal,
    isOver: () => isOver,
    touch: () => {
      // A body may be read on after its call has ended: that must not start a timer nobody stops.
      if (isReleased) return;
      clearTimeout(timer);
      timer = start();
    },
    release: () => {
      isReleased = true;
      clearTimeout(timer);
      parent?.removeEventListener('abort', onParentAbort);
    },
  };
}
