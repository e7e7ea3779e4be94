import type { Work, WorkHandler } from '../job-queue.ts';
import { readWorkMessage } from '../work-message.ts';
import type { InvocationError } from './runtime-api.ts';

export interface LambdaHandlerOptions {
  readonly handler: WorkHandler;
  /** How long before the deadline work is asked to give itself back: what its last writes need, and some more. */
  readonly releaseSeconds: number;
  readonly clock: () => Date;
  /** The handler rejected, or what came is no work (then without `work`). Lambda is told fixed words only. */
  readonly onError: (error: unknown, work?: Work) => void;
}

export interface LambdaEvent {
  /** JSON text. */
  readonly payload: string;
  readonly deadline: Date;
  /** Asks to stop earlier than the deadline does. */
  readonly signal?: AbortSignal;
}

/** Lambda forgets the event, or delivers it again: after a minute, then after two, then never. */
export type LambdaAnswer =
  { readonly kind: 'done' } | { readonly kind: 'again'; readonly error: InvocationError };

const notWork = { errorType: 'Work.Invalid', errorMessage: 'The event is not work of this product.' };
const rejected = {
  errorType: 'Work.Failed',
  errorMessage: 'The work could not be carried out; see the logs.',
};
const later = { errorType: 'Work.Later', errorMessage: 'The work is to come back later.' };

/** Carries out one Lambda event with the handler that every executor uses; never rejects. */
export function createLambdaHandler(
  options: LambdaHandlerOptions,
): (event: LambdaEvent) => Promise<LambdaAnswer> {
  return async ({ payload, deadline, signal }) => {
    let work: Work;
    try {
      work = readWorkMessage(JSON.parse(payload));
    } catch {
      options.onError(new Error(notWork.errorMessage));
      return { kind: 'again', error: notWork };
    }
    const stopping = new AbortController();
    const leftMs = deadline.getTime() - options.clock().getTime() - options.releaseSeconds * 1000;
    const timer = setTimeout(
      () => stopping.abort(new Error('the deadline of this invocation is near')),
      Math.max(0, leftMs),
    );
    try {
      const asked = signal ? AbortSignal.any([stopping.signal, signal]) : stopping.signal;
      const outcome = await options.handler(work, asked);
      return outcome === 'done' ? { kind: 'done' } : { kind: 'again', error: later };
    } catch (error) {
      options.onError(error, work);
      return { kind: 'again', error: rejected };
    } finally {
      clearTimeout(timer);
    }
  };
}
